package io.pulsewarden.outbox;

/** What a row of the outbox holds. */
public enum OutboxKind {
  /** A record, sent as it is. */
  RECORD(0),
  /** An audit event that has no place in the chain yet. */
  AUDIT_EVENT(1),
  /** An audit record with sequence and hash; its bytes never change again. */
  AUDIT_RECORD(2);

  private final short code;

  OutboxKind(int code) {
    this.code = (short) code;
  }

  /** As in the column {@code kind}. */
  public short code() {
    return code;
  }
}
