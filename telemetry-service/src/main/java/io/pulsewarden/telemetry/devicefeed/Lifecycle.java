package io.pulsewarden.telemetry.devicefeed;

/** A device's lifecycle, and what telemetry lets a device do in each state: this table alone. */
public enum Lifecycle {
  PROCURED(false, false, false),
  REGISTERED(false, true, false),
  ENROLLED(true, true, false),
  ACTIVE(true, true, false),
  MAINTENANCE(false, false, true),
  QUARANTINED(false, false, true),
  LOST(false, false, true),
  DECOMMISSIONED(false, false, false),
  /** A state that a newer registry knows: nothing is allowed. */
  UNKNOWN(false, false, true);

  private final boolean mayOpenSession;
  private final boolean mayBeSpokenFor;
  private final boolean suspended;

  Lifecycle(boolean mayOpenSession, boolean mayBeSpokenFor, boolean suspended) {
    this.mayOpenSession = mayOpenSession;
    this.mayBeSpokenFor = mayBeSpokenFor;
    this.suspended = suspended;
  }

  /** Whether the device itself may connect and publish. */
  public boolean mayOpenSession() {
    return mayOpenSession;
  }

  /** Whether the device may come back as it is, once the registry lets it: it is not revoked. */
  public boolean isSuspended() {
    return suspended;
  }

  /** Whether a gateway may publish for it; such a device need not be enrolled. */
  public boolean mayBeSpokenFor() {
    return mayBeSpokenFor;
  }
}
