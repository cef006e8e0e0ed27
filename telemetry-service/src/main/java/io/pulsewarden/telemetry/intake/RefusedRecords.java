package io.pulsewarden.telemetry.intake;

import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.senml.SenmlRecord;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * In how many pieces refused records are kept: a few each alone; many together, where they are of
 * one device, one wearer and one reason; and where that would be far longer than what came, the
 * message as it came. So what a message becomes is bounded by what it was. Thread-safe.
 */
final class RefusedRecords {

  /** So many of a message are kept each by itself, to be decided about one by one. */
  private static final int ALONE = 20;

  /** How much longer than the payload the pieces may be: base fields are written out in each. */
  private static final int GROWTH = 4;

  private static final int ALLOWED_ANYWAY = 16 * 1024;

  /** Characters, of up to three bytes each: a piece has to be one record for Kafka, of 1 MiB. */
  private static final int LONGEST = 320 * 1024;

  /** As a name may be in a pack; with a base name it can be twice as long. */
  private static final int LONGEST_NAME = 256;

  private final DeviceDirectory directory;

  RefusedRecords(DeviceDirectory directory) {
    this.directory = directory;
  }

  /**
   * What is to be kept of records that were refused.
   *
   * @param alone each in a piece of its own, in the order of the pack
   * @param own under whose key the message is kept if it is kept whole
   */
  List<OpenQuarantine> keep(IncomingMessage message, List<OpenQuarantine> alone, UUID own) {
    if (alone.isEmpty()) {
      return alone;
    }
    if (isLong(alone, message.payload().length) || (alone.size() > ALONE && hasLongName(alone))) {
      return List.of(
          new OpenQuarantine(
              own,
              RejectionReason.TOO_MUCH_REFUSED,
              "refused records: " + alone.size(),
              Optional.empty()));
    }
    return alone.size() <= ALONE ? alone : together(message.sender(), alone);
  }

  private static boolean isLong(List<OpenQuarantine> alone, int payload) {
    long most = Math.min(LONGEST, ALLOWED_ANYWAY + (long) GROWTH * payload);
    long length = 0;
    for (OpenQuarantine one : alone) {
      for (SenmlRecord record : one.records()) {
        length += record.asPack().length();
        if (length > most) {
          return true;
        }
      }
    }
    return false;
  }

  /** Alone it has a base name, which would hold for its neighbours, too. */
  private static boolean hasLongName(List<OpenQuarantine> alone) {
    return alone.stream()
        .flatMap(one -> one.records().stream())
        .anyMatch(record -> record.name().length() > LONGEST_NAME);
  }

  /** Whose they are goes with the pieces: who may see one may see all of it. */
  private record Shared(
      UUID device, boolean timed, Optional<UUID> patient, RejectionReason reason) {}

  private List<OpenQuarantine> together(Device sender, List<OpenQuarantine> alone) {
    Map<Shared, List<SenmlRecord>> groups = new LinkedHashMap<>();
    for (OpenQuarantine one : alone) {
      for (SenmlRecord record : one.records()) {
        groups.computeIfAbsent(shared(sender, one, record), _ -> new ArrayList<>()).add(record);
      }
    }
    return groups.entrySet().stream()
        .map(
            group ->
                new OpenQuarantine(
                    group.getKey().device(),
                    group.getKey().reason(),
                    "refused records: " + group.getValue().size(),
                    group.getValue()))
        .toList();
  }

  private Shared shared(Device sender, OpenQuarantine one, SenmlRecord record) {
    Optional<Device> device =
        one.device().equals(sender.id()) ? Optional.of(sender) : directory.find(one.device());
    OptionalLong time = record.timeMillis();
    Optional<UUID> patient =
        time.isEmpty()
            ? Optional.empty()
            : device.flatMap(known -> known.wornAt(time.getAsLong())).map(Assignment::patient);
    return new Shared(one.device(), time.isPresent(), patient, one.reason());
  }
}
