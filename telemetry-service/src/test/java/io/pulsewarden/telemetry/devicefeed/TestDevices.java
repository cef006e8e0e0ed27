package io.pulsewarden.telemetry.devicefeed;

import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Devices as a test needs them. */
public final class TestDevices {

  public static final String FINGERPRINT = "ab".repeat(32);

  private TestDevices() {}

  public static Device active(UUID id, UUID organisation, Assignment... assignments) {
    return new Device(
        id, organisation, 1, Lifecycle.ACTIVE, Set.of(FINGERPRINT), List.of(assignments), Set.of());
  }

  public static Device inState(UUID id, UUID organisation, Lifecycle lifecycle) {
    return new Device(id, organisation, 2, lifecycle, Set.of(FINGERPRINT), List.of(), Set.of());
  }

  public static Device gateway(UUID id, UUID organisation, Set<UUID> gatewayFor) {
    return new Device(
        id, organisation, 1, Lifecycle.ACTIVE, Set.of(FINGERPRINT), List.of(), gatewayFor);
  }

  /** As if the feed had said so. */
  public static void put(DeviceDirectory directory, Device device) {
    directory.put(device);
  }
}
