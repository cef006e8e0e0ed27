package io.pulsewarden.telemetry.intake;

import static java.util.stream.Collectors.joining;

import com.google.protobuf.ByteString;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.intake.CheckedRecord.Rejected;
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
   * @param refused in the order of the pack
   * @param own under whose key the message is kept if it is kept whole
   */
  List<OpenQuarantine> keep(IncomingMessage message, List<Rejected> refused, UUID own) {
    boolean many = refused.size() > ALONE;
    Optional<List<Piece>> pieces =
        many && hasLongName(refused) ? Optional.empty() : pieces(refused, message.payload().length);
    if (pieces.isEmpty()) {
      return List.of(
          OpenQuarantine.whole(
              own,
              RejectionReason.TOO_MUCH_REFUSED,
              "refused records: " + refused.size(),
              message.payload()));
    }
    return many ? together(message.sender(), pieces.get()) : alone(pieces.get());
  }

  /** A record, and what it is as a pack of one. */
  private record Piece(Rejected refused, String pack) {
    private Piece(Rejected refused) {
      this(refused, refused.record().asPack());
    }
  }

  /** Each by itself; empty as soon as they are longer than they may be. */
  private static Optional<List<Piece>> pieces(List<Rejected> refused, int payload) {
    long most = Math.min(LONGEST, ALLOWED_ANYWAY + (long) GROWTH * payload);
    List<Piece> pieces = new ArrayList<>(refused.size());
    for (Rejected one : refused) {
      Piece piece = new Piece(one);
      most -= piece.pack().length();
      if (most < 0) {
        return Optional.empty();
      }
      pieces.add(piece);
    }
    return Optional.of(pieces);
  }

  /** Alone it has a base name, which would hold for its neighbours, too. */
  private static boolean hasLongName(List<Rejected> refused) {
    return refused.stream().anyMatch(one -> one.record().name().length() > LONGEST_NAME);
  }

  private static List<OpenQuarantine> alone(List<Piece> pieces) {
    return pieces.stream()
        .map(
            piece ->
                new OpenQuarantine(
                    piece.refused().device(),
                    piece.refused().reason(),
                    "",
                    List.of(piece.refused().record()),
                    ByteString.copyFromUtf8(piece.pack())))
        .toList();
  }

  /** Whose they are goes with the pieces: who may see one may see all of it. */
  private record Shared(
      UUID device, boolean timed, Optional<UUID> patient, RejectionReason reason) {}

  private List<OpenQuarantine> together(Device sender, List<Piece> pieces) {
    Map<Shared, List<Piece>> groups = new LinkedHashMap<>();
    for (Piece piece : pieces) {
      groups.computeIfAbsent(shared(sender, piece.refused()), _ -> new ArrayList<>()).add(piece);
    }
    return groups.entrySet().stream()
        .map(
            group ->
                new OpenQuarantine(
                    group.getKey().device(),
                    group.getKey().reason(),
                    "refused records: " + group.getValue().size(),
                    group.getValue().stream().map(piece -> piece.refused().record()).toList(),
                    ByteString.copyFromUtf8(onePack(group.getValue()))))
        .toList();
  }

  private static String onePack(List<Piece> pieces) {
    return pieces.stream()
        .map(piece -> piece.pack().substring(1, piece.pack().length() - 1))
        .collect(joining(",", "[", "]"));
  }

  private Shared shared(Device sender, Rejected one) {
    Optional<Device> device =
        one.device().equals(sender.id()) ? Optional.of(sender) : directory.find(one.device());
    OptionalLong time = one.record().timeMillis();
    Optional<UUID> patient =
        time.isEmpty()
            ? Optional.empty()
            : device.flatMap(known -> known.wornAt(time.getAsLong())).map(Assignment::patient);
    return new Shared(one.device(), time.isPresent(), patient, one.reason());
  }
}
