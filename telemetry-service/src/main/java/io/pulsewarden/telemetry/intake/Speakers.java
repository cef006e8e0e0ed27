package io.pulsewarden.telemetry.intake;

import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import java.util.Optional;
import java.util.UUID;

/** Who may speak for whom. */
final class Speakers {

  private final DeviceDirectory directory;

  Speakers(DeviceDirectory directory) {
    this.directory = directory;
  }

  /** The device that the name means, if the sender may speak for it. */
  Optional<Device> measuring(Device sender, RecordName name) {
    if (name.foreign()) {
      return Optional.empty();
    }
    UUID named = name.device().orElse(sender.id());
    if (named.equals(sender.id())) {
      return Optional.of(sender);
    }
    return sender.gatewayFor().contains(named)
        ? directory
            .find(named)
            .filter(device -> device.organisation().equals(sender.organisation()))
            .filter(device -> device.lifecycle().mayBeSpokenFor())
        : Optional.empty();
  }
}
