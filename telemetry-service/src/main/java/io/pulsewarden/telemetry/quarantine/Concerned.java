package io.pulsewarden.telemetry.quarantine;

import io.pulsewarden.contracts.telemetry.v1.QuarantinedInput;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.intake.TakenTimes;
import io.pulsewarden.telemetry.quarantine.QuarantineReader.OpenedInput;
import io.pulsewarden.telemetry.senml.Senml;
import io.pulsewarden.telemetry.senml.SenmlResult;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Of whom a refused input may hold readings. One record of a time that can be believed is of who
 * wore the device then. Anything else, and all of a message that could not be read, may hold
 * readings of everybody who wore it as long before as a reading is taken. Thread-safe.
 */
final class Concerned {

  private final Senml senml = new Senml();

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
    TakenTimes times = TakenTimes.of(received);
    if (input.hasRecordTimeMs() && times.hold(input.getRecordTimeMs()) && isOneRecord(input)) {
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

  private static Set<UUID> wearer(Optional<Device> device, long timeMillis) {
    return device
        .flatMap(worn -> worn.wornAt(timeMillis))
        .map(Assignment::patient)
        .map(Set::of)
        .orElseGet(Set::of);
  }

  private boolean isOneRecord(QuarantinedInput input) {
    return senml.read(Optional.empty(), input.getPayload().toByteArray())
            instanceof SenmlResult.Pack pack
        && pack.records().size() == 1;
  }
}
