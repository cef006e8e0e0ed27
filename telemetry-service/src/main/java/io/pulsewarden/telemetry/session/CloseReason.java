package io.pulsewarden.telemetry.session;

import java.util.Locale;

/** Why a session ended. */
enum CloseReason {
  /** The device said DISCONNECT. */
  DEVICE_LEFT,
  /** It went without, fell silent, or asked for its Will. */
  CONNECTION_LOST,
  /** The device, its certificate or its issuer counts no more: this certificate won't again. */
  REVOKED,
  /** The registry took the device out of use for now, with a certificate that may come back. */
  SUSPENDED,
  CERTIFICATE_EXPIRED,
  TAKEN_OVER,
  TOO_MANY_IN_FLIGHT,
  /** More than a device may send. */
  MESSAGE_RATE_TOO_HIGH,
  /** More than its organisation may send, or than may go to quarantine. */
  QUOTA_EXCEEDED,
  STORE_UNAVAILABLE,
  NO_MEMORY_LEFT,
  FEED_STALE,
  PACKET_TOO_LARGE,
  MALFORMED_PACKET,
  PROTOCOL_ERROR,
  TOPIC_ALIAS_INVALID,
  QOS_NOT_SUPPORTED,
  RETAIN_NOT_SUPPORTED,
  SHUTTING_DOWN;

  /** In metrics and audit events, such as {@code taken-over}. */
  String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
