package io.pulsewarden.keys.erasure;

import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.subject.KeyGateStore;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.outbox.OutboxWriter;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Destroying keys, and seeing an erasure to its end. */
@ApplicationScoped
class DestructionStore {

  private final Pool pool;

  DestructionStore(Pool pool) {
    this.pool = pool;
  }

  /**
   * Erasures that are due. By this process's clock and by the database's, both: a clock that jumped
   * ahead must not cut the delay short.
   */
  Uni<List<Erasure>> due(Instant now) {
    return pool.preparedQuery(
            "SELECT * FROM erasure WHERE state = 'CONFIRMED' AND due_at <= $1 AND due_at <= now()"
                + " ORDER BY due_at LIMIT 100")
        .execute(Tuple.of(ErasureStore.utc(now)))
        .map(
            rows -> {
              List<Erasure> due = new ArrayList<>();
              rows.forEach(row -> due.add(ErasureStore.read(row)));
              return due;
            });
  }

  /**
   * Destroys the patient's keys with all that tells of it, in one transaction; nothing if it was
   * called off, held or done meanwhile.
   *
   * @param skew how far clocks may be apart
   * @param records of the keys that were destroyed
   * @return the keys, none if nothing was done
   */
  Uni<List<DestroyedKey>> destroy(
      Erasure erasure,
      Instant now,
      Duration skew,
      Function<List<DestroyedKey>, List<OutboxRow>> records) {
    Patient patient = erasure.patient();
    // A crash before the commit leaves the keys, and the erasure due; after it, the keys are gone
    // and the events wait in the outbox. There is no third.
    return pool.withTransaction(
        connection ->
            PatientLockStore.lock(connection, patient)
                .chain(() -> stillDue(connection, erasure))
                .chain(
                    due ->
                        due
                            ? KeyGateStore.shut(connection)
                                .chain(() -> destroyKeys(connection, patient, now))
                                .call(keys -> remember(connection, erasure, keys, now, skew))
                                .call(keys -> OutboxWriter.insert(connection, records.apply(keys)))
                            : Uni.createFrom().item(List.<DestroyedKey>of())));
  }

  private static Uni<Boolean> stillDue(SqlConnection connection, Erasure erasure) {
    return connection
        .preparedQuery("SELECT state FROM erasure WHERE id = $1 FOR UPDATE")
        .execute(Tuple.of(erasure.id()))
        .map(rows -> rows.iterator().next().getString(0).equals(ErasureState.CONFIRMED.name()))
        .chain(
            due ->
                LegalHoldStore.inForce(connection, erasure.patient())
                    .map(hold -> due && hold.isEmpty()));
  }

  private static Uni<List<DestroyedKey>> destroyKeys(
      SqlConnection connection, Patient patient, Instant now) {
    return connection
        .preparedQuery(
            """
            UPDATE subject_key SET wrapped = NULL, state = 'DESTROYED', destroyed_at = $3
            WHERE organisation_id = $1 AND subject_kind = 'PATIENT' AND subject_id = $2
              AND state <> 'DESTROYED'
            RETURNING id AS subject_key_id, version, shard, kek_version""")
        .execute(Tuple.of(patient.organisation(), patient.id(), ErasureStore.utc(now)))
        .map(rows -> keys(rows, patient.organisation()));
  }

  private static Uni<Void> remember(
      SqlConnection connection,
      Erasure erasure,
      List<DestroyedKey> keys,
      Instant now,
      Duration skew) {
    List<Tuple> rows = new ArrayList<>();
    for (DestroyedKey key : keys) {
      rows.add(
          Tuple.of(
              erasure.id(),
              key.id(),
              key.version(),
              key.kek().name().shard(),
              key.kek().version()));
    }
    Uni<Void> listed =
        rows.isEmpty()
            ? Uni.createFrom().voidItem()
            : connection
                .preparedQuery(
                    "INSERT INTO erased_key (erasure_id, subject_key_id, version, shard,"
                        + " kek_version) VALUES ($1, $2, $3, $4, $5)")
                .executeBatch(rows)
                .replaceWithVoid();
    // The gate is shut: whoever got a key of this patient is in key_holder, committed.
    return listed
        .chain(
            () ->
                connection
                    .preparedQuery(
                        """
                        INSERT INTO awaited_eviction (erasure_id, instance_id, service, fenced_at)
                        SELECT $1, instance_id, service, holds_until + make_interval(secs => $3)
                        FROM key_holder
                        WHERE holds_until + make_interval(secs => $3) > least($2, now())""")
                    .execute(
                        Tuple.of(erasure.id(), ErasureStore.utc(now), (double) skew.toSeconds())))
        .chain(
            () ->
                connection
                    .preparedQuery(
                        "UPDATE erasure SET state = 'DESTROYED', destroyed_at = $2 WHERE id = $1")
                    .execute(Tuple.of(erasure.id(), ErasureStore.utc(now))))
        .replaceWithVoid();
  }

  /**
   * By which fences are judged: the earlier of this process's time and the database's, so that a
   * clock that jumped ahead ends no wait.
   */
  Uni<Instant> judgedBy(Instant now) {
    return pool.preparedQuery("SELECT least($1, now())")
        .execute(Tuple.of(ErasureStore.utc(now)))
        .map(rows -> rows.iterator().next().getOffsetDateTime(0).toInstant());
  }

  /** Some of those whose keys are gone, that nobody holds any more, and that are not completed. */
  Uni<List<Destroyed>> completable(Instant now) {
    return pool.withConnection(
        connection ->
            connection
                .preparedQuery(
                    """
                    SELECT * FROM erasure WHERE state = 'DESTROYED' AND purged_at IS NOT NULL
                      AND NOT EXISTS (
                        SELECT 1 FROM awaited_eviction awaited
                        WHERE awaited.erasure_id = erasure.id AND awaited.evicted_at IS NULL
                          AND awaited.fenced_at > $1)
                    ORDER BY destroyed_at LIMIT 100""")
                .execute(Tuple.of(ErasureStore.utc(now)))
                .chain(
                    rows -> {
                      Uni<List<Destroyed>> all = Uni.createFrom().item(new ArrayList<>());
                      for (Row row : rows) {
                        all = all.call(found -> destroyed(connection, row).invoke(found::add));
                      }
                      return all;
                    }));
  }

  private static Uni<Destroyed> destroyed(SqlConnection connection, Row row) {
    Erasure erasure = ErasureStore.read(row);
    Purge purge = purge(row);
    return connection
        .preparedQuery("SELECT * FROM erased_key WHERE erasure_id = $1 ORDER BY version")
        .execute(Tuple.of(erasure.id()))
        .map(rows -> keys(rows, erasure.patient().organisation()))
        .chain(
            keys ->
                connection
                    .preparedQuery(
                        "SELECT * FROM awaited_eviction WHERE erasure_id = $1"
                            + " ORDER BY service, instance_id")
                    .execute(Tuple.of(erasure.id()))
                    .map(
                        rows -> {
                          List<HolderEnd> holders = new ArrayList<>();
                          rows.forEach(holder -> holders.add(holder(holder)));
                          return new Destroyed(erasure, keys, holders, purge);
                        }));
  }

  /** Stores the receipt with its event; false if another instance was first. */
  Uni<Boolean> complete(UUID erasure, String receipt, Instant now, OutboxRow event) {
    return pool.withTransaction(
        connection ->
            connection
                .preparedQuery(
                    """
                    UPDATE erasure SET state = 'COMPLETED', completed_at = $2, receipt = $3
                    WHERE id = $1 AND state = 'DESTROYED'""")
                .execute(Tuple.of(erasure, ErasureStore.utc(now), receipt))
                .chain(
                    updated ->
                        updated.rowCount() == 0
                            ? Uni.createFrom().item(false)
                            : OutboxWriter.insert(connection, List.of(event)).replaceWith(true)));
  }

  private static List<DestroyedKey> keys(Iterable<Row> rows, UUID organisation) {
    List<DestroyedKey> keys = new ArrayList<>();
    for (Row row : rows) {
      keys.add(
          new DestroyedKey(
              row.getUUID("subject_key_id"),
              row.getInteger("version"),
              new KekVersion(
                  new KekName(organisation, row.getInteger("shard")),
                  row.getInteger("kek_version"))));
    }
    return keys;
  }

  private static HolderEnd holder(Row row) {
    OffsetDateTime evicted = row.getOffsetDateTime("evicted_at");
    return new HolderEnd(
        row.getUUID("instance_id"),
        row.getString("service"),
        row.getOffsetDateTime("fenced_at").toInstant(),
        evicted == null ? null : evicted.toInstant());
  }

  private static @Nullable Purge purge(Row row) {
    OffsetDateTime at = row.getOffsetDateTime("purged_at");
    return at == null
        ? null
        : new Purge(row.getLong("blind_indexes"), row.getLong("held_blocks"), at.toInstant());
  }
}
