package io.pulsewarden.keys.erasure;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.outbox.OutboxWriter;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Erasures in PostgreSQL: what people decide. A decision and its audit event commit together. */
@ApplicationScoped
class ErasureStore {

  /**
   * The one that stands, if any does: by time alone, one that was called off and was asked for by a
   * clock that ran ahead would hide it.
   */
  private static final String NEWEST =
      """
      SELECT * FROM erasure WHERE organisation_id = $1 AND patient_id = $2
      ORDER BY (state = 'CALLED_OFF'), requested_at DESC, id LIMIT 1""";

  private final Pool pool;

  ErasureStore(Pool pool) {
    this.pool = pool;
  }

  /**
   * Decides about a patient, one at a time.
   *
   * @param event of the decision
   */
  Uni<Decision> decide(
      Patient patient, Function<Situation, Decision> rule, Function<Decision, AuditEvent> event) {
    return pool.withTransaction(
        connection ->
            PatientLockStore.lock(connection, patient)
                .chain(() -> situation(connection, patient))
                .map(rule)
                .call(
                    decision ->
                        switch (decision) {
                          case Decision.Become(Erasure next) -> write(connection, next);
                          case Decision.Refuse _ -> Uni.createFrom().voidItem();
                        })
                .call(
                    decision ->
                        OutboxWriter.insert(
                            connection, List.of(OutboxRow.audit(event.apply(decision))))));
  }

  /** Calls off what a new legal hold forbids, in the hold's transaction; whether there was any. */
  static Uni<Boolean> callOff(SqlConnection connection, Patient patient, Act by) {
    return connection
        .preparedQuery(
            """
            UPDATE erasure SET state = 'CALLED_OFF', called_off_by = $3, called_off_at = $4
            WHERE organisation_id = $1 AND patient_id = $2 AND state IN ('REQUESTED', 'CONFIRMED')""")
        .execute(Tuple.of(patient.organisation(), patient.id(), by.by(), utc(by.at())))
        .map(rows -> rows.rowCount() > 0);
  }

  Uni<Optional<Erasure>> newest(Patient patient) {
    return pool.withConnection(connection -> newest(connection, patient));
  }

  /** The receipt, once it is signed. */
  Uni<Optional<String>> receipt(Patient patient) {
    return pool.preparedQuery(
            """
            SELECT receipt FROM erasure
            WHERE organisation_id = $1 AND patient_id = $2 AND state = 'COMPLETED'""")
        .execute(Tuple.of(patient.organisation(), patient.id()))
        .map(rows -> first(rows).map(row -> row.getString(0)));
  }

  private static Uni<Situation> situation(SqlConnection connection, Patient patient) {
    return newest(connection, patient)
        .chain(
            erasure ->
                known(connection, patient)
                    .chain(
                        row ->
                            LegalHoldStore.inForce(connection, patient)
                                .map(
                                    hold ->
                                        new Situation(
                                            erasure,
                                            row.getBoolean("known"),
                                            hold.isPresent(),
                                            row.getOffsetDateTime("at").toInstant()))));
  }

  private static Uni<Row> known(SqlConnection connection, Patient patient) {
    return connection
        .preparedQuery(
            """
            SELECT EXISTS (SELECT 1 FROM subject_key
            WHERE organisation_id = $1 AND subject_kind = 'PATIENT' AND subject_id = $2) AS known,
            clock_timestamp() AS at""")
        .execute(Tuple.of(patient.organisation(), patient.id()))
        .map(rows -> rows.iterator().next());
  }

  private static Uni<Optional<Erasure>> newest(SqlConnection connection, Patient patient) {
    return connection
        .preparedQuery(NEWEST)
        .execute(Tuple.of(patient.organisation(), patient.id()))
        .map(rows -> first(rows).map(ErasureStore::read));
  }

  private static Uni<Void> write(SqlConnection connection, Erasure erasure) {
    Act confirmed = erasure.confirmed();
    Act calledOff = erasure.calledOff();
    return connection
        .preparedQuery(
            """
            INSERT INTO erasure (id, organisation_id, patient_id, state, reason, legal_basis,
              requested_by, requested_at, confirmed_by, confirmed_at, due_at, called_off_by,
              called_off_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            ON CONFLICT (id) DO UPDATE SET state = excluded.state,
              confirmed_by = excluded.confirmed_by, confirmed_at = excluded.confirmed_at,
              due_at = excluded.due_at, called_off_by = excluded.called_off_by,
              called_off_at = excluded.called_off_at""")
        .execute(
            Tuple.tuple()
                .addUUID(erasure.id())
                .addUUID(erasure.patient().organisation())
                .addUUID(erasure.patient().id())
                .addString(erasure.state().name())
                .addString(erasure.reason().text())
                .addString(erasure.legalBasis().text())
                .addString(erasure.requested().by())
                .addOffsetDateTime(utc(erasure.requested().at()))
                .addString(confirmed == null ? null : confirmed.by())
                .addOffsetDateTime(confirmed == null ? null : utc(confirmed.at()))
                .addOffsetDateTime(erasure.dueAt() == null ? null : utc(erasure.dueAt()))
                .addString(calledOff == null ? null : calledOff.by())
                .addOffsetDateTime(calledOff == null ? null : utc(calledOff.at())))
        .replaceWithVoid();
  }

  static Erasure read(Row row) {
    return new Erasure(
        row.getUUID("id"),
        new Patient(row.getUUID("organisation_id"), row.getUUID("patient_id")),
        ErasureState.valueOf(row.getString("state")),
        new Code(row.getString("reason")),
        new Code(row.getString("legal_basis")),
        new Act(row.getString("requested_by"), row.getOffsetDateTime("requested_at").toInstant()),
        act(row, "confirmed"),
        instant(row.getOffsetDateTime("due_at")),
        act(row, "called_off"),
        instant(row.getOffsetDateTime("destroyed_at")),
        instant(row.getOffsetDateTime("completed_at")));
  }

  static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static @Nullable Act act(Row row, String what) {
    String by = row.getString(what + "_by");
    return by == null ? null : new Act(by, row.getOffsetDateTime(what + "_at").toInstant());
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  private static Optional<Row> first(RowSet<Row> rows) {
    return rows.size() == 0 ? Optional.empty() : Optional.of(rows.iterator().next());
  }
}
