package io.pulsewarden.telemetry.access;

/** Whether a caller may do what was asked. */
public sealed interface Decision {

  /** All of role, organisation and care team allow it. */
  record Granted() implements Decision {}

  /**
   * No; what the caller is told depends on the interface, what the audit log is told is this.
   *
   * @param reasonCode such as {@code not-in-care-team}
   */
  record Denied(String reasonCode) implements Decision {}
}
