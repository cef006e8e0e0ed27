package io.pulsewarden.telemetry.session;

/** A device sent a packet that nobody can do anything with; no fault of ours, so no stack. */
final class UnwantedPacketException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final CloseReason reason;

  /**
   * What it was.
   *
   * @param reason with which the connection is to be closed
   */
  UnwantedPacketException(CloseReason reason) {
    super(reason.code(), null, false, false);
    this.reason = reason;
  }

  CloseReason reason() {
    return reason;
  }
}
