package io.pulsewarden.telemetry.bridge;

import java.util.Locale;

/** Why a connection to a broker ended, or is not opened. What waits stays with the broker. */
enum EndReason {
  STOPPING,
  CONNECTION_LOST,
  /** Another connection uses our client id: two instances with one name. */
  TAKEN_OVER,
  /** The broker refused the connection or the subscription, or can't be reached. */
  NOT_CONNECTED,
  /** The registry does not know the gateway as which the broker is registered. */
  GATEWAY_UNKNOWN,
  GATEWAY_OF_ANOTHER_ORGANISATION,
  /** The gateway's state forbids it to speak for devices. */
  GATEWAY_REFUSED,
  /** Whom the registry has cut off is not known well enough. */
  FEED_STALE,
  STORE_UNAVAILABLE,
  NO_MEMORY_LEFT;

  /** In metrics and audit events, such as {@code gateway-refused}. */
  String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
