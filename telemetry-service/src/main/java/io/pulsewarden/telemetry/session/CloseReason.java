package io.pulsewarden.telemetry.session;

import java.util.Locale;

/** Why a session ended. */
enum CloseReason {
  /** The device went, with or without DISCONNECT, or fell silent. */
  DEVICE_LEFT,
  /** The device, its certificate or its issuer counts no more: this certificate won't again. */
  REVOKED,
  /** The registry took the device out of use for now: quarantine, maintenance, lost. */
  SUSPENDED,
  CERTIFICATE_EXPIRED,
  TAKEN_OVER,
  TOO_MANY_IN_FLIGHT,
  STORE_UNAVAILABLE,
  NO_MEMORY_LEFT,
  FEED_STALE,
  PACKET_TOO_LARGE,
  MALFORMED_PACKET,
  QOS_NOT_SUPPORTED,
  RETAIN_NOT_SUPPORTED,
  SHUTTING_DOWN;

  /** In metrics and audit events, such as {@code taken-over}. */
  String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
