package io.pulsewarden.telemetry.session;

import java.util.Locale;

/** Why a CONNECT was refused, after TLS was through; before that, {@link TlsRefusal}. */
enum RefusalReason {
  NO_DEVICE_CERTIFICATE(Answer.NOT_AUTHORIZED),
  FOREIGN_OR_EXPIRED_CERTIFICATE(Answer.NOT_AUTHORIZED),
  WRONG_CLIENT_ID(Answer.CLIENT_ID_NOT_VALID),
  UNKNOWN_DEVICE(Answer.NOT_AUTHORIZED),
  /** The registry did not issue it to this device, as far as it says. */
  CERTIFICATE_NOT_ALLOWED(Answer.NOT_AUTHORIZED),
  CERTIFICATE_REVOKED(Answer.NOT_AUTHORIZED),
  STATE_FORBIDS(Answer.NOT_AUTHORIZED),
  /** The registry took the device out of use for now: quarantine, maintenance, lost. */
  SUSPENDED(Answer.BANNED),
  FEED_STALE(Answer.UNAVAILABLE),
  /** Whether there is a session to resume can't be known now. */
  SESSION_UNREADABLE(Answer.UNAVAILABLE),
  NO_MEMORY_LEFT(Answer.BUSY),
  /** The device connects more often than it may. */
  CONNECTION_RATE_EXCEEDED(Answer.TOO_OFTEN);

  /** What the device is told by a number. */
  enum Answer {
    CLIENT_ID_NOT_VALID,
    NOT_AUTHORIZED,
    /** By administrative action (MQTT 5, section 3.2.2.2), until that is taken back. */
    BANNED,
    UNAVAILABLE,
    BUSY,
    TOO_OFTEN
  }

  private final Answer answer;

  RefusalReason(Answer answer) {
    this.answer = answer;
  }

  Answer answer() {
    return answer;
  }

  /**
   * What the device is told in words: {@link #code}, but nothing of why a certificate counts no
   * more, which goes to the audit log alone.
   */
  String told() {
    return answer == Answer.NOT_AUTHORIZED ? "not-authorized" : code();
  }

  /** In metrics and audit events, such as {@code unknown-device}. */
  String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
