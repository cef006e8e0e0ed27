package io.pulsewarden.audit.patientlogin;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Logins and the patients that they are bound to. Rows are added only; the newest counts. */
@ApplicationScoped
public class PatientLoginStore {

  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Pool pool;
  private final Clock clock;

  PatientLoginStore(Pool pool, Clock clock) {
    this.pool = pool;
    this.clock = clock;
  }

  /** The patient that a login is bound to now; blocks. */
  public Optional<UUID> patientOf(UUID organisation, String login) {
    RowSet<Row> rows =
        query(
            "SELECT patient_id FROM patient_login WHERE organisation_id = $1 AND login = $2"
                + " ORDER BY number DESC LIMIT 1",
            Tuple.of(organisation, login));
    return rows.size() == 0
        ? Optional.empty()
        : Optional.ofNullable(rows.iterator().next().getUUID(0));
  }

  /** Whether the log knows that this patient was created in this organisation. */
  boolean isPatient(UUID organisation, UUID patient) {
    return query(
                "SELECT 1 FROM entry_index e JOIN entry_patient p ON p.leaf_index = e.leaf_index"
                    + " WHERE p.patient_id = $1 AND e.organisation_id = $2 AND e.action = $3"
                    + " AND e.outcome = $4 LIMIT 1",
                Tuple.of(
                    patient.toString(),
                    organisation.toString(),
                    AuditAction.AUDIT_ACTION_PATIENT_CREATED_VALUE,
                    AuditOutcome.AUDIT_OUTCOME_SUCCESS_VALUE))
            .size()
        > 0;
  }

  /**
   * Adds what an officer says. Its event is in the log before: a crash in between leaves an event
   * of a binding that there is not, and never a binding without an event.
   *
   * @param patient null ends the binding
   */
  void say(UUID organisation, String login, @Nullable UUID patient, String officer) {
    query(
        "INSERT INTO patient_login (organisation_id, login, patient_id, said_by, said_at)"
            + " VALUES ($1, $2, $3, $4, $5)",
        Tuple.tuple()
            .addUUID(organisation)
            .addString(login)
            .addUUID(patient)
            .addString(officer)
            .addOffsetDateTime(clock.instant().atOffset(ZoneOffset.UTC)));
  }

  private RowSet<Row> query(String sql, Tuple parameters) {
    return pool.preparedQuery(sql).execute(parameters).await().atMost(PATIENCE);
  }
}
