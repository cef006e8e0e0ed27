package io.pulsewarden.telemetry.intake;

import com.google.protobuf.ByteString;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.intake.CheckedRecord.Rejected;
import io.pulsewarden.telemetry.senml.SenmlRecord;
import io.pulsewarden.telemetry.senml.SentPack;
import io.pulsewarden.telemetry.senml.SentPack.Excerpt;
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
 * one device, one wearer and one reason; and where even that would be far longer than what came,
 * the message as it came. So what a message becomes is bounded by what it was. Thread-safe.
 */
final class RefusedRecords {

  /** So many of a message are kept each by itself, to be decided about one by one. */
  private static final int ALONE = 20;

  /** How much longer than the payload the pieces may be: what CBOR has in few bytes JSON spells. */
  private static final int GROWTH = 4;

  private static final int ALLOWED_ANYWAY = 16 * 1024;

  /**
   * Characters, of up to three bytes each: a piece has to be one row of the outbox, once replayed.
   */
  private static final int LONGEST = 280 * 1024;

  private final DeviceDirectory directory;

  RefusedRecords(DeviceDirectory directory) {
    this.directory = directory;
  }

  /**
   * What is to be kept of records that were refused.
   *
   * @param sent the pack that they are of
   * @param refused in the order of the pack
   * @param own under whose key the message is kept if it is kept whole
   */
  List<OpenQuarantine> keep(
      IncomingMessage message, SentPack sent, List<Rejected> refused, UUID own) {
    if (refused.isEmpty()) {
      return List.of();
    }
    long most = ALLOWED_ANYWAY + (long) GROWTH * message.payload().length;
    Optional<List<OpenQuarantine>> alone =
        refused.size() <= ALONE ? alone(refused, most) : Optional.empty();
    return alone
        .or(() -> together(message.sender(), sent, refused, most))
        .orElseGet(() -> whole(message, refused, own));
  }

  /** Empty as soon as they are longer than they may be: base fields are written out in each. */
  private static Optional<List<OpenQuarantine>> alone(List<Rejected> refused, long most) {
    List<OpenQuarantine> pieces = new ArrayList<>(refused.size());
    long left = most;
    for (Rejected one : refused) {
      String pack = one.record().asPack();
      left -= pack.length();
      if (left < 0 || pack.length() > LONGEST) {
        return Optional.empty();
      }
      pieces.add(
          new OpenQuarantine(
              one.device(),
              one.reason(),
              "",
              List.of(one.record()),
              ByteString.copyFromUtf8(pack)));
    }
    return Optional.of(pieces);
  }

  /** Whose they are goes with the pieces: who may see one may see all of it. */
  private record Shared(
      UUID device, boolean timed, Optional<UUID> patient, RejectionReason reason) {}

  /** The same, with base fields given once in a piece, and again where they change. */
  private Optional<List<OpenQuarantine>> together(
      Device sender, SentPack sent, List<Rejected> refused, long most) {
    Map<Shared, List<SenmlRecord>> groups = new LinkedHashMap<>();
    for (Rejected one : refused) {
      groups.computeIfAbsent(shared(sender, one), _ -> new ArrayList<>()).add(one.record());
    }
    List<OpenQuarantine> pieces = new ArrayList<>();
    long left = most;
    for (Map.Entry<Shared, List<SenmlRecord>> group : groups.entrySet()) {
      Optional<List<Excerpt>> excerpts = sent.excerpts(group.getValue(), LONGEST);
      if (excerpts.isEmpty()) {
        return Optional.empty();
      }
      for (Excerpt excerpt : excerpts.get()) {
        left -= excerpt.pack().length();
        if (left < 0) {
          return Optional.empty();
        }
        pieces.add(piece(group.getKey(), excerpt));
      }
    }
    return Optional.of(pieces);
  }

  private static OpenQuarantine piece(Shared shared, Excerpt excerpt) {
    return new OpenQuarantine(
        shared.device(),
        shared.reason(),
        "refused records: " + excerpt.records().size(),
        excerpt.records(),
        ByteString.copyFromUtf8(excerpt.pack()));
  }

  private static List<OpenQuarantine> whole(
      IncomingMessage message, List<Rejected> refused, UUID own) {
    return List.of(
        OpenQuarantine.whole(
            own,
            RejectionReason.TOO_MUCH_REFUSED,
            "refused records: " + refused.size(),
            message.payload()));
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
