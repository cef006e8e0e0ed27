package io.pulsewarden.telemetry.patient;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.telemetry.access.Caller;
import io.pulsewarden.telemetry.auditing.AccessEvent;
import io.pulsewarden.telemetry.auditing.ContextReturn;
import io.pulsewarden.telemetry.failure.FailureCode;
import io.pulsewarden.telemetry.failure.RequestFailedException;
import io.pulsewarden.telemetry.patient.PatientStore.Inserted;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hl7.fhir.r4.model.Patient;

/**
 * Takes a patient in, once. Any number of imports may run beside each other: all but one of those
 * with the same condition end at the patient that the one has made. Thread-safe.
 */
final class PatientRegistration {

  private final PatientStore store;
  private final Demographics demographics;
  private final BlindIndex indexes;
  private final AccessEvent events;
  private final Clock clock;

  PatientRegistration(
      PatientStore store,
      Demographics demographics,
      BlindIndex indexes,
      AccessEvent events,
      Clock clock) {
    this.store = store;
    this.demographics = demographics;
    this.indexes = indexes;
    this.events = events;
    this.clock = clock;
  }

  /** What a create came to. */
  sealed interface Outcome {
    record Created(PatientEntity row) implements Outcome {}

    /** The condition was met by a patient that is there already; nothing was written. */
    record Existed(PatientEntity row) implements Outcome {}
  }

  /**
   * @param wanted the condition: an identifier that nobody else may have, one of the patient's own
   */
  Uni<Outcome> register(Caller caller, Patient patient, Optional<PatientIdentifier> wanted) {
    List<PatientIdentifier> identifiers = Demographics.identifiers(patient);
    if (wanted.isPresent() && !identifiers.contains(wanted.get())) {
      // Otherwise two creates with one condition could both succeed.
      throw new RequestFailedException(
          FailureCode.INVALID_REQUEST, "If-None-Exist must name an identifier of the Patient");
    }
    return ContextReturn.home(indexes.of(caller.organisation(), identifiers))
        .chain(
            found -> {
              Optional<ByteString> condition =
                  wanted.map(identifier -> found.get(identifiers.indexOf(identifier)));
              return existing(caller, condition)
                  .chain(
                      row ->
                          row.isPresent()
                              ? existed(row.get())
                              : create(caller, patient, found, condition));
            });
  }

  private Uni<Outcome> create(
      Caller caller, Patient patient, List<ByteString> found, Optional<ByteString> condition) {
    UUID id = UUID.randomUUID();
    return ContextReturn.home(demographics.seal(caller.organisation(), id, patient))
        .chain(
            envelope -> {
              PatientEntity row =
                  new PatientEntity(id, caller.organisation(), envelope, clock.instant());
              return store
                  .insert(
                      row,
                      found,
                      events.granted(
                          caller,
                          AuditAction.AUDIT_ACTION_PATIENT_CREATED,
                          List.of(id),
                          AccessEvent.one("Patient", id.toString())))
                  .chain(
                      inserted ->
                          switch (inserted) {
                            case Inserted.Created() ->
                                Uni.createFrom().<Outcome>item(new Outcome.Created(row));
                            case Inserted.Taken() -> lost(caller, condition);
                          });
            });
  }

  // Lost a race: whoever won it is there now. If nobody meets the condition, another identifier of
  // this patient is someone else's.
  private Uni<Outcome> lost(Caller caller, Optional<ByteString> condition) {
    return existing(caller, condition)
        .chain(
            row ->
                row.isPresent()
                    ? existed(row.get())
                    : Uni.createFrom()
                        .failure(
                            new RequestFailedException(
                                FailureCode.CONFLICT,
                                "another Patient has one of the identifiers")));
  }

  private Uni<Optional<PatientEntity>> existing(Caller caller, Optional<ByteString> condition) {
    return condition.isEmpty()
        ? Uni.createFrom().item(Optional.empty())
        : store.findByIndex(caller.organisation(), condition.get());
  }

  private static Uni<Outcome> existed(PatientEntity row) {
    return Uni.createFrom().item(new Outcome.Existed(row));
  }
}
