package io.pulsewarden.telemetry.quarantine;

import io.pulsewarden.contracts.telemetry.v1.QuarantinedInput;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.intake.TakenTimes;
import io.pulsewarden.telemetry.quarantine.QuarantineReader.OpenedInput;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Of whom a refused input may hold readings. One record of a time that can be believed is of who
 * wore the device then. Anything else, and all of a message that could not be read, may hold
 * readings of everybody who wore it as long before as a reading is taken. What is of another device
 * than who sent it, or can be, is of nobody who wore the sender. Nothing is parsed. Thread-safe.
 */
final class Concerned {

  private static final Set<String> OF_ANOTHER =
      Set.of(RejectionReason.NOT_YOUR_DEVICE.wireName(), RejectionReason.FOREIGN_TOPIC.wireName());

  /**
   * The patients; nobody where that can't be told.
   *
   * @param device as the registry says of it now, if it is the organisation's
   */
  Set<UUID> of(OpenedInput opened, Optional<Device> device) {
    QuarantinedInput input = opened.input();
    long received = opened.message().receivedAtMillis();
    if (input == null) {
      return wearer(device, received);
    }
    if (OF_ANOTHER.contains(input.getReason()) || isWholeOfAGateway(input, device)) {
      return Set.of();
    }
    TakenTimes times = TakenTimes.of(received);
    if (input.getRecordCount() == 1
        && input.hasRecordTimeMs()
        && times.hold(input.getRecordTimeMs())) {
      return wearer(device, input.getRecordTimeMs());
    }
    // What the feed told when it came stands with it. Written before it did: nobody can tell.
    if (input.getWearerIdCount() == 0) {
      return Set.of();
    }
    Set<UUID> all = new HashSet<>();
    input.getWearerIdList().forEach(patient -> all.add(UUID.fromString(patient)));
    // An assignment may have been corrected since.
    device.ifPresent(now -> all.addAll(now.wearersBetween(times.oldest(), times.newest())));
    return all;
  }

  private static boolean isWholeOfAGateway(QuarantinedInput input, Optional<Device> device) {
    return !input.hasRecordIndex() && device.filter(Device::speaksForOthers).isPresent();
  }

  private static Set<UUID> wearer(Optional<Device> device, long timeMillis) {
    return device
        .flatMap(worn -> worn.wornAt(timeMillis))
        .map(Assignment::patient)
        .map(Set::of)
        .orElseGet(Set::of);
  }
}
