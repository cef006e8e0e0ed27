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
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Legal holds in PostgreSQL. A change and its audit event commit together. */
@ApplicationScoped
class LegalHoldStore {

  private final Pool pool;

  LegalHoldStore(Pool pool) {
    this.pool = pool;
  }

  Uni<Optional<LegalHold>> inForce(Patient patient) {
    return pool.withConnection(connection -> inForce(connection, patient));
  }

  /** In the caller's transaction. */
  static Uni<Optional<LegalHold>> inForce(SqlConnection connection, Patient patient) {
    return connection
        .preparedQuery(
            "SELECT reason, placed_by, placed_at FROM legal_hold"
                + " WHERE organisation_id = $1 AND patient_id = $2 AND lifted_at IS NULL")
        .execute(Tuple.of(patient.organisation(), patient.id()))
        .map(rows -> first(rows).map(row -> read(row, patient)));
  }

  /**
   * What the log is told.
   *
   * @param done that the change was made
   * @param refused that it was not
   */
  record Events(AuditEvent done, AuditEvent refused) {}

  /**
   * Places it; false if one is in force already.
   *
   * @param calledOff of an erasure that it calls off
   */
  Uni<Boolean> place(LegalHold hold, Events events, AuditEvent calledOff) {
    return pool.withTransaction(
        connection ->
            PatientLockStore.lock(connection, hold.patient())
                .chain(() -> inForce(connection, hold.patient()))
                .chain(
                    existing ->
                        existing.isPresent()
                            ? said(connection, events.refused()).replaceWith(false)
                            : insert(connection, hold)
                                .chain(
                                    () ->
                                        ErasureStore.callOff(
                                            connection,
                                            hold.patient(),
                                            new Act(hold.placedBy(), hold.placedAt())))
                                .chain(
                                    any ->
                                        any
                                            ? said(connection, events.done(), calledOff)
                                            : said(connection, events.done()))
                                .replaceWith(true)));
  }

  /** Lifts it; false if none is in force. */
  Uni<Boolean> lift(Patient patient, String by, Instant at, Events events) {
    return pool.withTransaction(
        connection ->
            PatientLockStore.lock(connection, patient)
                .chain(
                    () ->
                        connection
                            .preparedQuery(
                                "UPDATE legal_hold SET lifted_by = $3, lifted_at = $4 WHERE"
                                    + " organisation_id = $1 AND patient_id = $2"
                                    + " AND lifted_at IS NULL")
                            .execute(
                                Tuple.of(
                                    patient.organisation(),
                                    patient.id(),
                                    by,
                                    at.atOffset(ZoneOffset.UTC))))
                .chain(
                    lifted ->
                        lifted.rowCount() == 0
                            ? said(connection, events.refused()).replaceWith(false)
                            : said(connection, events.done()).replaceWith(true)));
  }

  private static Uni<Void> said(SqlConnection connection, AuditEvent... events) {
    return OutboxWriter.insert(connection, Stream.of(events).map(OutboxRow::audit).toList());
  }

  private static Uni<RowSet<Row>> insert(SqlConnection connection, LegalHold hold) {
    return connection
        .preparedQuery(
            "INSERT INTO legal_hold (id, organisation_id, patient_id, reason, placed_by, placed_at)"
                + " VALUES ($1, $2, $3, $4, $5, $6)")
        .execute(
            Tuple.of(
                UUID.randomUUID(),
                hold.patient().organisation(),
                hold.patient().id(),
                hold.reason().text(),
                hold.placedBy(),
                hold.placedAt().atOffset(ZoneOffset.UTC)));
  }

  private static Optional<Row> first(RowSet<Row> rows) {
    return rows.size() == 0 ? Optional.empty() : Optional.of(rows.iterator().next());
  }

  private static LegalHold read(Row row, Patient patient) {
    return new LegalHold(
        patient,
        new Code(row.getString("reason")),
        row.getString("placed_by"),
        row.getOffsetDateTime("placed_at").toInstant());
  }
}
