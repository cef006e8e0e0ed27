package io.pulsewarden.telemetry.intake;

import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.intake.CheckedRecord.Good;
import io.pulsewarden.telemetry.intake.CheckedRecord.Rejected;
import io.pulsewarden.telemetry.receipt.Receipt;
import io.pulsewarden.telemetry.receipt.Receipt.Rejection;
import io.pulsewarden.telemetry.senml.Senml;
import io.pulsewarden.telemetry.senml.SenmlRecord;
import io.pulsewarden.telemetry.senml.SenmlResult;
import io.pulsewarden.telemetry.senml.SentPack;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Takes a message apart. Pure but for what the directory says; thread-safe. */
final class MessageDecoder implements Preparation.Decoder {

  private static final int WHOLE_MESSAGE = -1;

  private final Senml senml = new Senml();
  private final DeviceDirectory directory;
  private final Speakers speakers;
  private final RecordChecker checker;
  private final RefusedRecords refused;

  MessageDecoder(DeviceDirectory directory) {
    this.directory = directory;
    this.speakers = new Speakers(directory);
    this.checker = new RecordChecker(speakers);
    this.refused = new RefusedRecords(directory);
  }

  @Override
  public DecodedMessage decode(IncomingMessage message) {
    if (!message.ownTopic()) {
      return whole(message, RejectionReason.FOREIGN_TOPIC, "");
    }
    return switch (senml.read(message.contentType(), message.payload())) {
      case SenmlResult.Unreadable(RejectionReason reason, String detail) ->
          whole(message, reason, detail);
      case SenmlResult.Pack(List<SenmlRecord> records, SentPack sent) ->
          pack(message, records, sent);
    };
  }

  @Override
  public DecodedMessage unreadable(IncomingMessage message) {
    return whole(message, RejectionReason.UNREADABLE_HERE, "");
  }

  private DecodedMessage whole(IncomingMessage message, RejectionReason reason, String detail) {
    return new DecodedMessage(
        List.of(),
        List.of(OpenQuarantine.whole(whose(message), reason, detail, message.payload())),
        new Receipt(
            message.receivedAtMillis(), 0, 0, 0, List.of(new Rejection(WHOLE_MESSAGE, reason))));
  }

  /** Under whose key a message is kept whole. */
  private UUID whose(IncomingMessage message) {
    return speakers.measuring(message).orElse(message.sender()).id();
  }

  private DecodedMessage pack(IncomingMessage message, List<SenmlRecord> records, SentPack sent) {
    List<Good> taken = new ArrayList<>();
    List<Rejected> bad = new ArrayList<>();
    List<Rejection> rejections = new ArrayList<>();
    RecordNames names = new RecordNames();
    for (SenmlRecord record : records) {
      switch (checker.check(message, record, names.of(record.name()))) {
        case Good good -> taken.add(good);
        case Rejected rejected -> {
          bad.add(rejected);
          rejections.add(new Rejection(rejected.index(), rejected.reason()));
        }
      }
    }
    List<OpenBatch> batches = batches(message, taken);
    int held = 0;
    for (OpenBatch batch : batches) {
      held += batch.wearer() instanceof Wearer.Nobody ? batch.records() : 0;
    }
    return new DecodedMessage(
        batches,
        refused.keep(message, sent, bad, whose(message)),
        new Receipt(message.receivedAtMillis(), records.size(), held, 0, rejections));
  }

  /** The version is that of the very state that told the wearer: a later one may tell another. */
  private record Owner(UUID device, Wearer wearer, long deviceVersion) {}

  /** One batch for each device and wearer, in the order of their first record. */
  private List<OpenBatch> batches(IncomingMessage message, List<Good> taken) {
    Map<Owner, List<Good>> byOwner = new LinkedHashMap<>();
    Owner last = null;
    List<Good> ofLast = List.of();
    for (Good record : taken) {
      Owner owner = owner(message.sender(), record);
      // Nearly always all are of one.
      if (!owner.equals(last)) {
        ofLast = byOwner.computeIfAbsent(owner, _ -> new ArrayList<>());
        last = owner;
      }
      ofLast.add(record);
    }
    boolean skewed = message.skewed();
    return byOwner.entrySet().stream()
        .map(
            entry ->
                new OpenBatch(
                    entry.getKey().device(),
                    entry.getKey().wearer(),
                    entry.getKey().deviceVersion(),
                    new VitalBlock(
                        skewed,
                        PanelAssembler.assemble(entry.getValue()),
                        entry.getKey().wearer().worn()),
                    entry.getValue().size()))
        .toList();
  }

  private Owner owner(Device sender, Good record) {
    Optional<Device> device =
        record.device().equals(sender.id()) ? Optional.of(sender) : directory.find(record.device());
    return device
        .map(
            measuring ->
                new Owner(
                    measuring.id(), Wearer.of(measuring, record.timeMillis()), measuring.version()))
        .orElseGet(() -> new Owner(record.device(), new Wearer.Nobody(), 0));
  }
}
