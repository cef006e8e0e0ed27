package io.pulsewarden.telemetry.keys;

import java.util.Set;
import java.util.UUID;

/**
 * Devices of which somebody decided that nobody waits any more for a key of theirs that does not
 * open: what is held under it is put aside, so that what comes after it is stored.
 */
public record GivenUpDevices(Set<UUID> devices) {

  /** As long as nobody decided so: everything waits. */
  public static final GivenUpDevices NONE = new GivenUpDevices(Set.of());

  public GivenUpDevices {
    devices = Set.copyOf(devices);
  }

  /** Whether it is one of these. */
  public boolean has(UUID device) {
    return devices.contains(device);
  }
}
