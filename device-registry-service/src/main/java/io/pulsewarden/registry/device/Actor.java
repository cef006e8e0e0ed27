package io.pulsewarden.registry.device;

/** Who takes a device from one state to another. */
public enum Actor {
  DEVICE_ADMIN("device-admin"),
  PRIVACY_OFFICER("privacy-officer"),
  /** By enrolling. */
  THE_DEVICE("the device"),
  /** By reporting the device's first session. */
  TELEMETRY("telemetry");

  private final String wire;

  Actor(String wire) {
    this.wire = wire;
  }

  /** For people the role in their token. */
  public String wire() {
    return wire;
  }
}
