package io.pulsewarden.telemetry.patient;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.telemetry.auditing.OutboxSessionStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.reactive.mutiny.Mutiny;

/** Patients in the database. To be called on a Vert.x context. */
@ApplicationScoped
class PatientStore {

  @Inject Mutiny.SessionFactory sessions;

  /** What became of an insert. */
  sealed interface Inserted {
    /** It is there, and so is its audit event. */
    record Created() implements Inserted {}

    /** Another patient has one of the identifiers. Nothing was written. */
    record Taken() implements Inserted {}
  }

  Uni<Optional<PatientEntity>> find(UUID organisation, UUID patient) {
    return sessions.withSession(
        session ->
            session
                .createSelectionQuery(
                    "from PatientEntity where id = :id and organisation = :organisation",
                    PatientEntity.class)
                .setParameter("id", patient)
                .setParameter("organisation", organisation)
                .getSingleResultOrNull()
                .map(Optional::ofNullable));
  }

  Uni<Optional<PatientEntity>> findByIndex(UUID organisation, ByteString blindIndex) {
    return sessions.withSession(
        session ->
            session
                .createSelectionQuery(
                    """
                    select patient from PatientEntity patient
                    join PatientIdentifierEntity identifier on identifier.patient = patient.id
                    where identifier.organisation = :organisation
                      and identifier.blindIndex = :index
                      and patient.organisation = :organisation""",
                    PatientEntity.class)
                .setParameter("organisation", organisation)
                .setParameter("index", blindIndex.toByteArray())
                .getSingleResultOrNull()
                .map(Optional::ofNullable));
  }

  /**
   * Adds a patient, its indexes and the audit event in one transaction. Of two that race for an
   * identifier the database lets one through: the primary key of patient_identifier decides.
   *
   * <p>A crash before the commit leaves nothing but an unused key in key management.
   */
  Uni<Inserted> insert(PatientEntity patient, List<ByteString> indexes, AuditEvent event) {
    return sessions
        .withTransaction(
            session ->
                session
                    .persist(patient)
                    .chain(
                        () ->
                            session.persistAll(
                                indexes.stream()
                                    .map(
                                        index ->
                                            new PatientIdentifierEntity(
                                                patient.organisation,
                                                index.toByteArray(),
                                                patient.id))
                                    .toArray()))
                    .chain(session::flush)
                    .chain(() -> OutboxSessionStore.insert(session, event)))
        .<Inserted>replaceWith(new Inserted.Created())
        .onFailure(PatientStore::isTaken)
        .recoverWithItem(new Inserted.Taken());
  }

  private static boolean isTaken(Throwable failure) {
    for (Throwable next = failure; next != null; next = next.getCause()) {
      if (next instanceof ConstraintViolationException violated
          && violated.getKind() == ConstraintViolationException.ConstraintKind.UNIQUE) {
        return true;
      }
    }
    return false;
  }
}
