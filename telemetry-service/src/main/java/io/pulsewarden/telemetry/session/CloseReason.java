package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.intake.OverLimitException;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

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
  /** More than its organisation may send. */
  QUOTA_EXCEEDED,
  /** More goes to quarantine than may in that time, of the device or of its organisation. */
  QUARANTINE_RATE_TOO_HIGH,
  /** So much stands in quarantine that nothing more may: somebody has to decide about it. */
  QUARANTINE_FULL,
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

  /** Why a message was not stored. */
  static CloseReason of(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof OverLimitException over
        ? switch (over.limit()) {
          case QUARANTINE_RATE -> QUARANTINE_RATE_TOO_HIGH;
          case QUARANTINE_HELD -> QUARANTINE_FULL;
          case MEMORY -> NO_MEMORY_LEFT;
        }
        : STORE_UNAVAILABLE;
  }

  /** In metrics, audit events and what the device is told, such as {@code taken-over}. */
  String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
