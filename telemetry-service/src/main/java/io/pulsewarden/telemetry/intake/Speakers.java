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

  /** The device that a record of this name is of, if the message's sender may speak for it. */
  Optional<Device> measuring(IncomingMessage message, RecordName name) {
    UUID own = message.measuring().orElse(message.sender().id());
    UUID named = name.device().orElse(own);
    // A broker lets each device publish to a topic of its own: a payload that names another device
    // than the topic does is not that device's.
    return name.foreign() || (message.measuring().isPresent() && !named.equals(own))
        ? Optional.empty()
        : spokenFor(message.sender(), named);
  }

  /** The device that a message which can't be read is of, if its sender may speak for it. */
  Optional<Device> measuring(IncomingMessage message) {
    return spokenFor(message.sender(), message.measuring().orElse(message.sender().id()));
  }

  private Optional<Device> spokenFor(Device sender, UUID named) {
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
