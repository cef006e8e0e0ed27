package io.pulsewarden.keys.rotation;

import static io.pulsewarden.keys.rotation.WrappedRowsStore.await;
import static io.pulsewarden.keys.rotation.WrappedRowsStore.list;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.keys.access.Caller;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.outbox.OutboxWriter;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Rotations and trims in PostgreSQL. */
@ApplicationScoped
class KekJobsStore implements KekJobs {

  /** The same number as in the trigger that keeps rows above the floor. */
  private static final int FLOOR_LOCK = 1801812582;

  /** In no session's time zone. */
  static final String IDENTITY =
      "SELECT extract(epoch FROM pg_postmaster_start_time())::text || ' '"
          + " || current_setting('port') || ' ' || current_database() AS identity";

  private static final String ROTATION =
      """
      SELECT r.*, (SELECT count(*) FROM subject_key k WHERE k.organisation_id = r.organisation_id
                     AND k.shard = r.shard AND k.kek_version < r.target_version
                     AND k.wrapped IS NOT NULL) AS unmoved
      FROM kek_rotation r WHERE\s""";

  private static final String FINISH =
      """
      UPDATE kek_rotation r SET finished_at = $2 WHERE id = $1 AND finished_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM subject_key k WHERE k.organisation_id = r.organisation_id
                          AND k.shard = r.shard AND k.kek_version < r.target_version
                          AND k.wrapped IS NOT NULL)""";

  private static final String RAISE =
      """
      INSERT INTO kek_floor (organisation_id, shard, oldest) VALUES ($1, $2, $3)
      ON CONFLICT (organisation_id, shard)
      DO UPDATE SET oldest = greatest(kek_floor.oldest, excluded.oldest)""";

  private final Pool pool;
  private final KekRecords records;

  KekJobsStore(Pool pool, KekRecords records) {
    this.pool = pool;
    this.records = records;
  }

  @Override
  public List<Rotation> rotations(UUID organisation) {
    return list(
        query(
            ROTATION + "r.organisation_id = $1 ORDER BY r.requested_at DESC, r.shard",
            Tuple.of(organisation)),
        KekJobsStore::rotation);
  }

  @Override
  public List<Rotation> unfinished() {
    return list(
        query(ROTATION + "r.finished_at IS NULL ORDER BY r.id", Tuple.tuple()),
        KekJobsStore::rotation);
  }

  @Override
  public void recordBegun(KekName kek, Caller by) {
    await(
        pool.withTransaction(
            connection ->
                OutboxWriter.insert(connection, List.of(OutboxRow.audit(records.begun(kek, by))))));
  }

  @Override
  public void reopen(KekVersion target) {
    await(
        pool.preparedQuery(
                "UPDATE kek_rotation SET finished_at = NULL"
                    + " WHERE organisation_id = $1 AND shard = $2 AND target_version = $3")
            .execute(
                Tuple.of(target.name().organisation(), target.name().shard(), target.version())));
  }

  @Override
  public void addRotation(KekVersion target, Caller by, Instant at) {
    change(
        "INSERT INTO kek_rotation (id, organisation_id, shard, target_version, requested_by,"
            + " requested_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        Tuple.of(
            UUID.randomUUID(),
            target.name().organisation(),
            target.name().shard(),
            target.version(),
            by.userId(),
            utc(at)),
        records.of(AuditAction.AUDIT_ACTION_KEK_ROTATED, target, by));
  }

  @Override
  public boolean finish(Rotation rotation, Instant at) {
    return change(
        FINISH,
        Tuple.of(rotation.id(), utc(at)),
        records.ofService(AuditAction.AUDIT_ACTION_KEK_REWRAPPED, rotation.target()));
  }

  @Override
  public List<Trim> trims(UUID organisation) {
    return list(
        query(
            "SELECT * FROM kek_trim WHERE organisation_id = $1 ORDER BY proven_at DESC, shard",
            Tuple.of(organisation)),
        KekJobsStore::trim);
  }

  @Override
  public List<Trim> verified() {
    return list(
        query("SELECT * FROM kek_trim WHERE state = 'VERIFIED' ORDER BY id", Tuple.tuple()),
        KekJobsStore::trim);
  }

  @Override
  public void prove(KekVersion oldestKept, Caller by, Instant at) {
    KekName kek = oldestKept.name();
    AuditEvent event = records.of(AuditAction.AUDIT_ACTION_KEK_TRIM_PROVEN, oldestKept, by);
    // A crash before the commit leaves nothing; after it, a floor that is proven to hold.
    await(
        pool.withTransaction(
            connection ->
                connection
                    // The shard's writers wait behind whoever waits here.
                    .query("SET LOCAL lock_timeout = '3s'")
                    .execute()
                    .chain(
                        () ->
                            connection
                                .preparedQuery("SELECT pg_advisory_xact_lock($1, hashtext($2))")
                                .execute(
                                    Tuple.of(
                                        FLOOR_LOCK, kek.organisation().toString() + kek.shard())))
                    .chain(() -> requireNoneOlder(connection, oldestKept))
                    .chain(
                        () ->
                            connection
                                .preparedQuery(RAISE)
                                .execute(
                                    Tuple.of(
                                        kek.organisation(), kek.shard(), oldestKept.version())))
                    .chain(
                        () ->
                            changed(
                                connection,
                                "INSERT INTO kek_trim (id, organisation_id, shard, oldest_kept,"
                                    + " state, requested_by, proven_at)"
                                    + " VALUES ($1, $2, $3, $4, 'PROVEN', $5, $6)"
                                    + " ON CONFLICT DO NOTHING",
                                Tuple.of(
                                    UUID.randomUUID(),
                                    kek.organisation(),
                                    kek.shard(),
                                    oldestKept.version(),
                                    by.userId(),
                                    utc(at)),
                                event))));
  }

  private static Uni<Void> requireNoneOlder(SqlConnection connection, KekVersion oldestKept) {
    return connection
        .preparedQuery(
            "SELECT EXISTS (SELECT 1 FROM subject_key WHERE organisation_id = $1 AND shard = $2"
                + " AND kek_version < $3 AND wrapped IS NOT NULL)")
        .execute(
            Tuple.of(
                oldestKept.name().organisation(), oldestKept.name().shard(), oldestKept.version()))
        .invoke(
            rows -> {
              if (rows.iterator().next().getBoolean(0)) {
                throw new GateException(Gate.ROWS_LEFT);
              }
            })
        .replaceWithVoid();
  }

  @Override
  public String identity() {
    return query(IDENTITY, Tuple.tuple()).iterator().next().getString("identity");
  }

  @Override
  public Set<UUID> living(KekName kek, Instant before, Duration margin) {
    return Set.copyOf(
        list(
            query(
                "SELECT id FROM subject_key WHERE organisation_id = $1 AND shard = $2"
                    + " AND wrapped IS NOT NULL AND created_at < $3",
                Tuple.of(kek.organisation(), kek.shard(), utc(before.minus(margin)))),
            row -> row.getUUID("id")));
  }

  @Override
  public void markVerified(Trim trim, Caller by, Instant at) {
    change(
        "UPDATE kek_trim SET state = 'VERIFIED', verified_by = $2, verified_at = $3"
            + " WHERE id = $1 AND state = 'PROVEN'",
        Tuple.of(trim.id(), by.userId(), utc(at)),
        records.of(AuditAction.AUDIT_ACTION_KEK_TRIM_VERIFIED, trim.oldestKept(), by));
  }

  @Override
  public void markTrimmed(Trim trim, Instant at) {
    change(
        "UPDATE kek_trim SET state = 'TRIMMED', trimmed_at = $2"
            + " WHERE id = $1 AND state = 'VERIFIED'",
        Tuple.of(trim.id(), utc(at)),
        records.ofService(AuditAction.AUDIT_ACTION_KEK_TRIMMED, trim.oldestKept()));
  }

  @Override
  public void recordRefusal(Gate gate, Caller by) {
    await(
        pool.withTransaction(
            connection ->
                OutboxWriter.insert(
                    connection, List.of(OutboxRow.audit(records.refused(gate, by))))));
  }

  private boolean change(String sql, Tuple values, AuditEvent event) {
    return await(pool.withTransaction(connection -> changed(connection, sql, values, event)));
  }

  /** The event is written only if a row changed: of two instances one says it. */
  private static Uni<Boolean> changed(
      SqlConnection connection, String sql, Tuple values, AuditEvent event) {
    return connection
        .preparedQuery(sql)
        .execute(values)
        .chain(
            rows ->
                rows.rowCount() == 0
                    ? Uni.createFrom().item(false)
                    : OutboxWriter.insert(connection, List.of(OutboxRow.audit(event)))
                        .replaceWith(true));
  }

  private RowSet<Row> query(String sql, Tuple values) {
    return await(pool.preparedQuery(sql).execute(values));
  }

  private static Rotation rotation(Row row) {
    OffsetDateTime finished = row.getOffsetDateTime("finished_at");
    return new Rotation(
        row.getUUID("id"),
        version(row, "target_version"),
        row.getLong("rewrapped"),
        row.getLong("unmoved"),
        row.getOffsetDateTime("requested_at").toInstant(),
        finished == null ? null : finished.toInstant());
  }

  private static Trim trim(Row row) {
    return new Trim(
        row.getUUID("id"),
        version(row, "oldest_kept"),
        Trim.State.valueOf(row.getString("state")),
        row.getOffsetDateTime("proven_at").toInstant());
  }

  private static KekVersion version(Row row, String column) {
    return new KekVersion(
        new KekName(row.getUUID("organisation_id"), row.getInteger("shard")),
        row.getInteger(column));
  }

  private static OffsetDateTime utc(Instant at) {
    return at.atOffset(ZoneOffset.UTC);
  }
}
