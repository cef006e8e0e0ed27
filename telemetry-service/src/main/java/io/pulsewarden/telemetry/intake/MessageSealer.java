package io.pulsewarden.telemetry.intake;

import com.google.protobuf.UnsafeByteOperations;
import io.pulsewarden.contracts.telemetry.v1.QuarantinedInput;
import io.pulsewarden.contracts.telemetry.v1.SealedQuarantine;
import io.pulsewarden.contracts.telemetry.v1.SealedVitals;
import io.pulsewarden.contracts.telemetry.v1.SubjectKind;
import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.intake.Wearer.Nobody;
import io.pulsewarden.telemetry.intake.Wearer.Patient;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.SubjectErasedException;
import io.pulsewarden.telemetry.senml.SenmlRecord;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** Seals what a message was taken apart into; docs/formats/vital-block.md, quarantine.md. */
final class MessageSealer {

  static final int QUARANTINE_SCHEMA = 1;

  /** As {@link io.pulsewarden.telemetry.keys.Sealing#seal}. */
  interface Seal {
    CompletionStage<byte[]> seal(
        KeySubject subject, Purpose purpose, EnvelopeContext context, byte[] plaintext);
  }

  /** One piece, sealed; or how many of its records are gone with their patient. */
  private record Piece(List<OutgoingRecord> records, int erased) {}

  private final Seal sealing;
  private final DeviceDirectory directory;

  /** One for senders that speak for themselves alone. */
  MessageSealer(Seal sealing) {
    this(sealing, new DeviceDirectory());
  }

  /**
   * Seals what devices sent.
   *
   * @param directory knows who wore the devices that a sender speaks for
   */
  MessageSealer(Seal sealing, DeviceDirectory directory) {
    this.sealing = sealing;
    this.directory = directory;
  }

  CompletionStage<SealedMessage> seal(IncomingMessage message, DecodedMessage decoded) {
    List<CompletableFuture<Piece>> pieces = new ArrayList<>();
    decoded.batches().forEach(batch -> pieces.add(batch(message, batch).toCompletableFuture()));
    decoded
        .quarantine()
        .forEach(input -> pieces.add(quarantine(message, input).toCompletableFuture()));
    return CompletableFuture.allOf(pieces.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            _ -> {
              List<OutgoingRecord> records =
                  pieces.stream().flatMap(piece -> piece.join().records().stream()).toList();
              return new SealedMessage(
                  records.isEmpty() ? trace(message) : records,
                  pieces.stream().mapToInt(piece -> piece.join().erased()).sum());
            });
  }

  /** That a numbered message has come, where nothing of it is kept: it is not to be missed. */
  private static List<OutgoingRecord> trace(IncomingMessage message) {
    if (message.sequence().isEmpty()) {
      return List.of();
    }
    String sender = message.sender().id().toString();
    byte[] value =
        quarantined(message)
            .setDeviceId(sender)
            .setSchemaVersion(QUARANTINE_SCHEMA)
            .build()
            .toByteArray();
    return List.of(new OutgoingRecord(OutgoingRecord.QUARANTINE, sender, value));
  }

  private static SealedQuarantine.Builder quarantined(IncomingMessage message) {
    SealedQuarantine.Builder sealed =
        SealedQuarantine.newBuilder()
            .setOrganisationId(message.sender().organisation().toString())
            .setSourceId(message.sender().id().toString())
            .setReceivedAtMs(message.receivedAtMillis());
    message.sequence().ifPresent(sealed::setSequence);
    return sealed;
  }

  private CompletionStage<Piece> batch(IncomingMessage message, OpenBatch batch) {
    UUID organisation = message.sender().organisation();
    VitalBlock block = batch.block();
    SealedVitals.Builder vitals =
        SealedVitals.newBuilder()
            .setOrganisationId(organisation.toString())
            .setSourceId(message.sender().id().toString())
            .setDeviceId(batch.device().toString())
            .setFirstTimeMs(block.firstTimeMillis())
            .setLastTimeMs(block.lastTimeMillis())
            .setSchemaVersion(block.schemaVersion())
            .setDeviceVersion(batch.deviceVersion())
            .setReceivedAtMs(message.receivedAtMillis());
    message.sequence().ifPresent(vitals::setSequence);
    return switch (batch.wearer()) {
      case Patient(UUID patient, UUID assignment, int version) -> {
        vitals
            .setSubjectKind(SubjectKind.SUBJECT_KIND_PATIENT)
            .setSubjectId(patient.toString())
            .setAssignmentId(assignment.toString())
            .setAssignmentVersion(version);
        yield batch(batch, vitals, KeySubject.patient(organisation, patient), Purpose.VITALS);
      }
      case Nobody() -> {
        vitals
            .setSubjectKind(SubjectKind.SUBJECT_KIND_HELD_BY_DEVICE)
            .setSubjectId(batch.device().toString());
        yield batch(batch, vitals, KeySubject.device(organisation, batch.device()), Purpose.HOLD);
      }
    };
  }

  private CompletionStage<Piece> batch(
      OpenBatch batch, SealedVitals.Builder vitals, KeySubject subject, Purpose purpose) {
    EnvelopeContext context =
        new EnvelopeContext(
            "vital-batch",
            subject.organisation(),
            subject.id(),
            batch.device(),
            vitals.getFirstTimeMs(),
            vitals.getLastTimeMs(),
            vitals.getSchemaVersion());
    return sealing
        .seal(subject, purpose, context, batch.block().encode())
        .thenApply(
            envelope -> {
              byte[] value =
                  vitals
                      .setEnvelope(UnsafeByteOperations.unsafeWrap(envelope))
                      .build()
                      .toByteArray();
              String key = subject.id().toString();
              return new Piece(List.of(new OutgoingRecord(OutgoingRecord.VITALS, key, value)), 0);
            })
        .exceptionally(
            failure -> {
              // An erased patient's readings are kept nowhere: erasure outranks the receipt.
              if (cause(failure) instanceof SubjectErasedException) {
                return new Piece(List.of(), batch.records());
              }
              throw new CompletionException(cause(failure));
            });
  }

  private CompletionStage<Piece> quarantine(IncomingMessage message, OpenQuarantine input) {
    UUID organisation = message.sender().organisation();
    EnvelopeContext context =
        new EnvelopeContext(
            "quarantine",
            organisation,
            input.device(),
            input.device(),
            message.receivedAtMillis(),
            message.receivedAtMillis(),
            QUARANTINE_SCHEMA);
    TakenTimes measured = input.measured(message.receivedAtMillis());
    KeySubject subject = KeySubject.device(organisation, input.device());
    return sealing
        .seal(subject, Purpose.QUARANTINE, context, plaintext(message, input).toByteArray())
        .thenApply(
            envelope ->
                quarantined(message)
                    .setEnvelope(UnsafeByteOperations.unsafeWrap(envelope))
                    .setDeviceId(input.device().toString())
                    .setSchemaVersion(QUARANTINE_SCHEMA)
                    .setReason(input.reason().wireName())
                    .setFirstTimeMs(measured.oldest())
                    .setLastTimeMs(measured.newest())
                    .build()
                    .toByteArray())
        .thenApply(
            value ->
                new Piece(
                    List.of(
                        new OutgoingRecord(
                            OutgoingRecord.QUARANTINE, input.device().toString(), value)),
                    0));
  }

  private QuarantinedInput plaintext(IncomingMessage message, OpenQuarantine input) {
    QuarantinedInput.Builder plaintext =
        QuarantinedInput.newBuilder()
            .setReason(input.reason().wireName())
            .setDetail(input.detail())
            .setTopic(message.topic())
            .setPayload(input.payload())
            .setNumbered(message.numbered())
            .setSkewed(message.skewed())
            .addAllWearerId(wearers(message, input));
    if (!input.records().isEmpty()) {
      plaintext.setRecordCount(input.records().size());
      place(plaintext, input.records().getFirst());
    }
    return plaintext.build();
  }

  /**
   * By the state of now, and of a replay besides by what was known when it came first: of whoever
   * wore it longer ago than thirty days the feed does not tell any more. None where nobody can
   * tell.
   */
  private List<String> wearers(IncomingMessage message, OpenQuarantine input) {
    Set<UUID> before =
        message
            .replayed()
            .map(known -> known.device().equals(input.device()) ? known.wearers() : Set.<UUID>of())
            .orElse(Set.of());
    boolean unknown =
        mayBeOfOthers(message.sender(), input)
            || (message.replayed().isPresent() && before.isEmpty());
    return unknown
        ? List.of()
        : Stream.concat(before.stream(), wearersNow(message, input.device()))
            .distinct()
            .map(UUID::toString)
            .sorted()
            .toList();
  }

  /** A message of a gateway that is kept whole may be of any of its devices. */
  private static boolean mayBeOfOthers(Device sender, OpenQuarantine input) {
    return input.reason() == RejectionReason.NOT_YOUR_DEVICE
        || input.reason() == RejectionReason.FOREIGN_TOPIC
        || (input.records().isEmpty()
            && input.device().equals(sender.id())
            && sender.speaksForOthers());
  }

  private Stream<UUID> wearersNow(IncomingMessage message, UUID id) {
    Device sender = message.sender();
    TakenTimes times = TakenTimes.of(message.receivedAtMillis());
    return (id.equals(sender.id()) ? Optional.of(sender) : directory.find(id))
        .map(device -> device.wearersBetween(times.oldest(), times.newest())).stream()
            .flatMap(Set::stream);
  }

  /** Of several records the first one's position, code and time say what they are of. */
  private static void place(QuarantinedInput.Builder plaintext, SenmlRecord first) {
    plaintext.setRecordIndex(first.index()).setCode(RecordName.of(first.name()).code());
    first.timeMillis().ifPresent(plaintext::setRecordTimeMs);
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
