package io.pulsewarden.telemetry.bridge;

import io.pulsewarden.telemetry.intake.OverLimitException;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

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
  NO_MEMORY_LEFT,
  /** More than the organisation may send, or than may go to quarantine at once. */
  QUOTA_EXCEEDED,
  /** More QoS 0 messages than may wait: the receive maximum does not hold them back. */
  TOO_MANY_WAITING,
  /** So much of the organisation stands in quarantine that nothing more may. */
  QUARANTINE_FULL;

  /** Why a message was not stored. */
  static EndReason of(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof OverLimitException over
        ? switch (over.limit()) {
          case QUARANTINE_RATE -> QUOTA_EXCEEDED;
          case QUARANTINE_HELD -> QUARANTINE_FULL;
          case MEMORY -> NO_MEMORY_LEFT;
        }
        : STORE_UNAVAILABLE;
  }

  /** In metrics and audit events, such as {@code gateway-refused}. */
  String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
