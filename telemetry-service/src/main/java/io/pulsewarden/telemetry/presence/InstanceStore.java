package io.pulsewarden.telemetry.presence;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.outbox.OutboxWriter;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The table of instances: which of them live, and what is left of those that don't. All times are
 * the database's, so that no clock of an instance matters. Thread-safe.
 */
@Singleton
final class InstanceStore {

  /** An instance that has said nothing for so long is taken for dead. */
  static final int SILENT_SECONDS = 15;

  /**
   * Whether instance {@code $1} may judge of others: one that did not reach the database itself for
   * a while can't tell whether the others were silent or nobody could speak.
   */
  static final String MAY_JUDGE =
      """
      EXISTS (SELECT FROM telemetry_instance me WHERE me.instance_id = $1
        AND me.seen_at > now() - interval '10 seconds'
        AND me.watching_since <= now() - interval '15 seconds')""";

  /** Each is a row of the outbox, and all of them one transaction. */
  private static final int AT_ONCE = 500;

  private static final String LOST = "connection-lost";
  private static final String STILL_THERE = "still-connected";

  private final Pool pool;
  private final AuditEvents events;

  InstanceStore(Pool pool, AuditEvents events) {
    this.pool = pool;
    this.events = events;
  }

  /** This instance lives. A crash leaves it silent: after 15 s others say so. */
  Uni<Void> touch(UUID instance) {
    return pool.preparedQuery(
            """
            INSERT INTO telemetry_instance AS i (instance_id, watching_since, seen_at)
              VALUES ($1, now(), now())
              ON CONFLICT (instance_id) DO UPDATE SET seen_at = now(),
                watching_since = CASE WHEN i.seen_at > now() - interval '10 seconds'
                  THEN coalesce(i.watching_since, now()) ELSE now() END""")
        .execute(Tuple.of(instance))
        .replaceWithVoid();
  }

  /** Instances of an earlier release say nothing; each has a day to end. */
  Uni<Void> adopt() {
    return pool.query(
            """
            INSERT INTO telemetry_instance (instance_id, seen_at)
              SELECT DISTINCT s.instance_id, now() + interval '1 day' FROM device_session s
                WHERE s.disconnected_at IS NULL AND NOT EXISTS
                  (SELECT FROM telemetry_instance i WHERE i.instance_id = s.instance_id)
              ON CONFLICT DO NOTHING""")
        .execute()
        .replaceWithVoid();
  }

  /** Connections of this instance that others took for lost. */
  Uni<List<UUID>> presumedLost(UUID instance) {
    return connections(
        "SELECT connection_id FROM device_session WHERE instance_id = $1 AND presumed_lost",
        instance);
  }

  /**
   * They stand after all, and the log hears of it; what was closed or replaced since stays so. Of
   * many some stay for the next time. A crash before the commit leaves them closed: they are then
   * lost indeed.
   */
  Uni<Void> reopen(UUID instance, List<UUID> standing) {
    return standing.isEmpty()
        ? Uni.createFrom().voidItem()
        : pool.withTransaction(
            sql ->
                sql.preparedQuery(
                        """
                        UPDATE device_session SET disconnected_at = NULL, end_reason = NULL,
                            presumed_lost = false
                          WHERE instance_id = $1 AND connection_id = ANY($2) AND presumed_lost
                          RETURNING device_id, organisation_id""")
                    .execute(
                        Tuple.of(
                            instance, ids(standing.subList(0, Math.min(AT_ONCE, standing.size())))))
                    .chain(
                        rows ->
                            tell(sql, rows, AuditAction.AUDIT_ACTION_SESSION_OPENED, STILL_THERE)));
  }

  /** They were lost indeed. */
  Uni<Void> confirmLost(UUID instance, List<UUID> gone) {
    return run(
        """
        UPDATE device_session SET presumed_lost = false
          WHERE instance_id = $1 AND connection_id = ANY($2) AND presumed_lost""",
        instance,
        gone);
  }

  /** Connections of this instance whose devices went on elsewhere. */
  Uni<List<UUID>> replaced(UUID instance) {
    return connections(
        "SELECT connection_id FROM replaced_connection WHERE instance_id = $1", instance);
  }

  /**
   * They ended here, and that was said. A crash before that has others say that they were lost;
   * they do so once more after one in between.
   */
  Uni<Void> ended(UUID instance, List<UUID> gone) {
    return run(
        "DELETE FROM replaced_connection WHERE instance_id = $1 AND connection_id = ANY($2)",
        instance,
        gone);
  }

  /** Connections that this instance has by the database. */
  Uni<List<UUID>> open(UUID instance) {
    return connections(
        "SELECT connection_id FROM device_session WHERE instance_id = $1 AND disconnected_at IS NULL",
        instance);
  }

  /** They ended here some time ago, which could not be written then; the log has it. */
  Uni<Void> close(UUID instance, List<UUID> gone) {
    return run(
        """
        UPDATE device_session SET disconnected_at = now(), end_reason = 'connection-lost'
          WHERE instance_id = $1 AND connection_id = ANY($2) AND disconnected_at IS NULL""",
        instance,
        gone);
  }

  /**
   * Ends what an instance left that is dead, as far as this one may judge: its sessions are closed
   * as of when it was last seen, and the log hears of each, and of those whose devices went on
   * elsewhere since. It is forgotten once nothing is left; one that lives after all is written anew
   * by its next word, which waits for this.
   *
   * <p>A crash before the commit leaves all as it was, for whoever looks next; after it, it is
   * done, and the events are in the outbox.
   */
  Uni<Void> sweep(UUID judge) {
    return pool.withTransaction(
        sql ->
            silent(sql, judge)
                .chain(
                    found ->
                        found
                            .map(silent -> end(sql, silent))
                            .orElseGet(() -> Uni.createFrom().voidItem())));
  }

  private record Silent(UUID instance, OffsetDateTime seenAt) {}

  private static Uni<Optional<Silent>> silent(SqlConnection sql, UUID judge) {
    return sql.preparedQuery(
            """
            SELECT i.instance_id, i.seen_at FROM telemetry_instance i
              WHERE i.seen_at < now() - make_interval(secs => $2) AND %s
              ORDER BY i.seen_at LIMIT 1 FOR UPDATE OF i SKIP LOCKED"""
                .formatted(MAY_JUDGE))
        .execute(Tuple.of(judge, (double) SILENT_SECONDS))
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.empty()
                    : Optional.of(
                        new Silent(
                            rows.iterator().next().getUUID("instance_id"),
                            rows.iterator().next().getOffsetDateTime("seen_at"))));
  }

  private Uni<Void> end(SqlConnection sql, Silent silent) {
    // A device that comes back at this moment has its row first, or finds it closed.
    return sql.preparedQuery(
            """
            UPDATE device_session SET disconnected_at = greatest(connected_at, $2),
                end_reason = 'connection-lost', presumed_lost = true
              WHERE instance_id = $1 AND disconnected_at IS NULL AND device_id IN (
                SELECT device_id FROM device_session
                  WHERE instance_id = $1 AND disconnected_at IS NULL LIMIT $3)
              RETURNING device_id, organisation_id""")
        .execute(Tuple.of(silent.instance(), silent.seenAt(), AT_ONCE))
        .chain(
            closed ->
                sql.preparedQuery(
                        """
                        DELETE FROM replaced_connection WHERE connection_id IN (
                            SELECT connection_id FROM replaced_connection
                              WHERE instance_id = $1 LIMIT $2)
                          RETURNING device_id, organisation_id""")
                    .execute(Tuple.of(silent.instance(), AT_ONCE))
                    .chain(replaced -> tellLost(sql, closed, replaced))
                    .chain(() -> forget(sql, silent)));
  }

  private Uni<Void> tellLost(SqlConnection sql, RowSet<Row> closed, RowSet<Row> replaced) {
    return tell(sql, closed, AuditAction.AUDIT_ACTION_SESSION_CLOSED, LOST)
        .chain(_ -> tell(sql, replaced, AuditAction.AUDIT_ACTION_SESSION_CLOSED, LOST));
  }

  /** Once there is nothing left of it; who moves a row of it elsewhere now is waited for so. */
  private static Uni<Void> forget(SqlConnection sql, Silent silent) {
    return sql.preparedQuery(
            """
            DELETE FROM telemetry_instance WHERE instance_id = $1
              AND NOT EXISTS (SELECT FROM device_session
                WHERE instance_id = $1 AND disconnected_at IS NULL)
              AND NOT EXISTS (SELECT FROM replaced_connection WHERE instance_id = $1)""")
        .execute(Tuple.of(silent.instance()))
        .replaceWithVoid();
  }

  private static Uni<Void> nothing() {
    return Uni.createFrom().voidItem();
  }

  private Uni<Void> tell(SqlConnection sql, RowSet<Row> rows, AuditAction action, String reason) {
    List<OutboxRow> told = new ArrayList<>(rows.size());
    rows.forEach(
        row ->
            told.add(
                OutboxRow.audit(
                    events
                        .event(
                            action,
                            AuditOutcome.AUDIT_OUTCOME_SUCCESS,
                            row.getUUID("organisation_id"),
                            AuditEvents.device(row.getUUID("device_id")))
                        .setReasonCode(reason)
                        .build())));
    return OutboxWriter.insert(sql, told);
  }

  private Uni<List<UUID>> connections(String sql, UUID instance) {
    return pool.preparedQuery(sql)
        .execute(Tuple.of(instance))
        .map(
            rows -> {
              List<UUID> found = new ArrayList<>(rows.size());
              rows.forEach(row -> found.add(row.getUUID("connection_id")));
              return found;
            });
  }

  private Uni<Void> run(String sql, UUID instance, List<UUID> connections) {
    return connections.isEmpty()
        ? nothing()
        : pool.preparedQuery(sql).execute(Tuple.of(instance, ids(connections))).replaceWithVoid();
  }

  private static UUID[] ids(List<UUID> connections) {
    return connections.toArray(UUID[]::new);
  }
}
