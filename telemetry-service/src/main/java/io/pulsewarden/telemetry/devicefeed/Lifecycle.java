package io.pulsewarden.telemetry.devicefeed;

/** A device's lifecycle, and what telemetry lets a device do in each state: this table alone. */
public enum Lifecycle {
  PROCURED(false, false),
  REGISTERED(false, true),
  ENROLLED(true, true),
  ACTIVE(true, true),
  MAINTENANCE(false, false),
  QUARANTINED(false, false),
  LOST(false, false),
  DECOMMISSIONED(false, false),
  /** A state that a newer registry knows: nothing is allowed. */
  UNKNOWN(false, false);

  private final boolean mayOpenSession;
  private final boolean mayBeSpokenFor;

  Lifecycle(boolean mayOpenSession, boolean mayBeSpokenFor) {
    this.mayOpenSession = mayOpenSession;
    this.mayBeSpokenFor = mayBeSpokenFor;
  }

  /** Whether the device itself may connect and publish. */
  public boolean mayOpenSession() {
    return mayOpenSession;
  }

  /** Whether a gateway may publish for it; such a device need not be enrolled. */
  public boolean mayBeSpokenFor() {
    return mayBeSpokenFor;
  }
}
