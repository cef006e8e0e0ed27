package io.pulsewarden.telemetry.wearing;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.pulsewarden.contracts.telemetry.v1.SealedVitals;
import io.pulsewarden.contracts.telemetry.v1.SubjectKind;
import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import java.util.concurrent.CompletionStage;

/** Seals readings of a stored block for another owner, as the intake would have. Thread-safe. */
public final class Resealer {

  private static final String TOPIC = "telemetry.vitals.v1";

  private final Sealing sealing;

  public Resealer(Sealing sealing) {
    this.sealing = sealing;
  }

  /** The message that holds these readings of the block for the device, as they were held. */
  public CompletionStage<OutboxRow> hold(StoredBlock from, VitalBlock block) {
    return seal(from, new Owner.Nobody(), block, from.deviceVersion());
  }

  /**
   * The message for the owner. Source, device and time of receipt stay what they were. The stage
   * fails with {@link io.pulsewarden.telemetry.keys.SubjectErasedException} if the owner was
   * erased.
   *
   * @param deviceVersion of the state that told the owner
   */
  CompletionStage<OutboxRow> seal(
      StoredBlock from, Owner owner, VitalBlock block, long deviceVersion) {
    SealedVitals.Builder vitals =
        SealedVitals.newBuilder()
            .setOrganisationId(from.organisation().toString())
            .setSourceId(from.source().toString())
            .setDeviceId(from.device().toString())
            .setFirstTimeMs(block.firstTimeMillis())
            .setLastTimeMs(block.lastTimeMillis())
            .setSchemaVersion(block.schemaVersion())
            .setReceivedAtMs(from.receivedAtMillis())
            .setDeviceVersion(deviceVersion);
    return switch (owner) {
      case Owner.Patient patient -> {
        vitals
            .setSubjectKind(SubjectKind.SUBJECT_KIND_PATIENT)
            .setSubjectId(patient.id().toString())
            .setAssignmentId(patient.worn().assignment().toString())
            .setAssignmentVersion(patient.worn().version());
        KeySubject subject = KeySubject.patient(from.organisation(), patient.id());
        yield seal(from, subject, Purpose.VITALS, block, vitals);
      }
      case Owner.Nobody() -> {
        vitals
            .setSubjectKind(SubjectKind.SUBJECT_KIND_HELD_BY_DEVICE)
            .setSubjectId(from.device().toString());
        KeySubject subject = KeySubject.device(from.organisation(), from.device());
        yield seal(from, subject, Purpose.HOLD, block, vitals);
      }
    };
  }

  private CompletionStage<OutboxRow> seal(
      StoredBlock from,
      KeySubject subject,
      Purpose purpose,
      VitalBlock block,
      SealedVitals.Builder vitals) {
    EnvelopeContext context =
        new EnvelopeContext(
            "vital-batch",
            subject.organisation(),
            subject.id(),
            from.device(),
            block.firstTimeMillis(),
            block.lastTimeMillis(),
            block.schemaVersion());
    return sealing
        .seal(subject, purpose, context, block.encode())
        .thenApply(
            envelope ->
                OutboxRow.record(
                    TOPIC,
                    ByteString.copyFromUtf8(subject.id().toString()),
                    vitals
                        .setEnvelope(UnsafeByteOperations.unsafeWrap(envelope))
                        .build()
                        .toByteString()));
  }
}
