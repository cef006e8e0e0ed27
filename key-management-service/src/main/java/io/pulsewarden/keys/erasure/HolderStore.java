package io.pulsewarden.keys.erasure;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.outbox.OutboxWriter;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What processes that hold keys say of what they have forgotten. */
@ApplicationScoped
class HolderStore {

  private final Pool pool;

  HolderStore(Pool pool) {
    this.pool = pool;
  }

  /** This process may hold keys until then. */
  Uni<Void> renew(UUID instance, String service, Instant until) {
    return pool.preparedQuery(
            """
            INSERT INTO key_holder (instance_id, service, holds_until) VALUES ($1, $2, $3)
            ON CONFLICT (instance_id) DO UPDATE
            SET holds_until = greatest(key_holder.holds_until, excluded.holds_until)""")
        .execute(Tuple.of(instance, service, ErasureStore.utc(until)))
        .replaceWithVoid();
  }

  /** Destroyed keys that this process has not said to have forgotten. */
  Uni<Set<UUID>> toForget(UUID instance) {
    return pool.preparedQuery(
            """
            SELECT key.subject_key_id FROM awaited_eviction awaited
            JOIN erased_key key USING (erasure_id)
            WHERE awaited.instance_id = $1 AND awaited.evicted_at IS NULL""")
        .execute(Tuple.of(instance))
        .map(
            rows -> {
              Set<UUID> ids = new HashSet<>();
              rows.forEach(row -> ids.add(row.getUUID(0)));
              return ids;
            });
  }

  /**
   * The process has forgotten these. A patient whose key was rotated has several, each with an
   * event in a partition of its own: an erasure counts when the last of its keys was said.
   */
  Uni<Void> forgotten(UUID instance, String service, Collection<UUID> subjectKeys, Instant at) {
    UUID[] keys = subjectKeys.toArray(UUID[]::new);
    // The lock lets two who say the last two keys at a time see each other's.
    return pool.withTransaction(
        connection ->
            connection
                .preparedQuery(
                    """
                    SELECT erasure_id FROM awaited_eviction
                    WHERE instance_id = $1 AND service = $2 AND evicted_at IS NULL
                    ORDER BY erasure_id FOR UPDATE""")
                .execute(Tuple.of(instance, service))
                .chain(
                    () ->
                        connection
                            .preparedQuery(
                                """
                                INSERT INTO evicted_key (erasure_id, instance_id, subject_key_id)
                                SELECT awaited.erasure_id, awaited.instance_id, key.subject_key_id
                                FROM awaited_eviction awaited JOIN erased_key key USING (erasure_id)
                                WHERE awaited.instance_id = $1 AND awaited.service = $2
                                  AND awaited.evicted_at IS NULL AND key.subject_key_id = ANY($3)
                                ON CONFLICT DO NOTHING""")
                            .execute(Tuple.of(instance, service, keys)))
                .chain(
                    () ->
                        connection
                            .preparedQuery(
                                """
                                UPDATE awaited_eviction awaited SET evicted_at = $3
                                WHERE instance_id = $1 AND service = $2 AND evicted_at IS NULL
                                  AND NOT EXISTS (
                                    SELECT 1 FROM erased_key key
                                    WHERE key.erasure_id = awaited.erasure_id AND NOT EXISTS (
                                      SELECT 1 FROM evicted_key said
                                      WHERE said.erasure_id = key.erasure_id
                                        AND said.instance_id = awaited.instance_id
                                        AND said.subject_key_id = key.subject_key_id))""")
                            .execute(Tuple.of(instance, service, ErasureStore.utc(at))))
                .replaceWithVoid());
  }

  /** Nothing was taken of somebody who is no service, and it was said. */
  Uni<Void> refused(AuditEvent event) {
    return pool.withTransaction(
        connection -> OutboxWriter.insert(connection, List.of(OutboxRow.audit(event))));
  }

  /** The process ends, and what it held with it. */
  Uni<Void> left(UUID instance, String service, Instant at) {
    return pool.withTransaction(
        connection ->
            connection
                .preparedQuery(
                    """
                    UPDATE awaited_eviction SET evicted_at = $3
                    WHERE instance_id = $1 AND service = $2 AND evicted_at IS NULL""")
                .execute(Tuple.of(instance, service, ErasureStore.utc(at)))
                .chain(
                    () ->
                        connection
                            .preparedQuery(
                                "DELETE FROM key_holder WHERE instance_id = $1 AND service = $2")
                            .execute(Tuple.of(instance, service)))
                .replaceWithVoid());
  }

  /**
   * What was kept in clear of the patient whose key this was is deleted. The first word of each key
   * counts; the erasure is purged when there is one of every key.
   */
  Uni<Void> purged(UUID subjectKey, long blindIndexes, long heldBlocks, Instant at) {
    return pool.withTransaction(
        connection ->
            connection
                .preparedQuery(
                    """
                    SELECT id FROM erasure WHERE purged_at IS NULL AND state = 'DESTROYED'
                      AND id IN (SELECT erasure_id FROM erased_key WHERE subject_key_id = $1)
                    ORDER BY id FOR UPDATE""")
                .execute(Tuple.of(subjectKey))
                .chain(
                    () ->
                        connection
                            .preparedQuery(
                                """
                                INSERT INTO purged_key
                                  (erasure_id, subject_key_id, blind_indexes, held_blocks)
                                SELECT key.erasure_id, key.subject_key_id, $2, $3
                                FROM erased_key key JOIN erasure ON erasure.id = key.erasure_id
                                WHERE key.subject_key_id = $1 AND erasure.purged_at IS NULL
                                  AND erasure.state = 'DESTROYED'
                                ON CONFLICT DO NOTHING""")
                            .execute(Tuple.of(subjectKey, blindIndexes, heldBlocks)))
                .chain(
                    () ->
                        connection
                            .preparedQuery(
                                """
                                UPDATE erasure SET purged_at = $2, blind_indexes = said.indexes,
                                  held_blocks = said.blocks
                                FROM (
                                  SELECT key.erasure_id, sum(word.blind_indexes)::bigint AS indexes,
                                    sum(word.held_blocks)::bigint AS blocks
                                  FROM erased_key key LEFT JOIN purged_key word
                                    USING (erasure_id, subject_key_id)
                                  WHERE key.erasure_id IN (
                                    SELECT erasure_id FROM erased_key WHERE subject_key_id = $1)
                                  GROUP BY key.erasure_id
                                  HAVING count(*) = count(word.blind_indexes)) said
                                WHERE erasure.id = said.erasure_id AND erasure.purged_at IS NULL
                                  AND erasure.state = 'DESTROYED'""")
                            .execute(Tuple.of(subjectKey, ErasureStore.utc(at))))
                .replaceWithVoid());
  }

  /**
   * Rows of processes that hold nothing any more, by this process's clock and by the database's.
   *
   * @param margin for which they are kept beyond that
   */
  Uni<Void> dropOver(Instant now, Duration margin) {
    return pool.preparedQuery(
            "DELETE FROM key_holder"
                + " WHERE holds_until + make_interval(secs => $2) < least($1, now())")
        .execute(Tuple.of(ErasureStore.utc(now), (double) margin.toSeconds()))
        .replaceWithVoid();
  }
}
