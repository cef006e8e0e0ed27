package io.pulsewarden.keys.erasure;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
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
   * The process has forgotten these. An erasure's keys are evicted together: by one event each, in
   * one partition's order, so that an erasure counts when all of its keys are among these.
   */
  Uni<Void> forgotten(UUID instance, String service, Collection<UUID> subjectKeys, Instant at) {
    return pool.preparedQuery(
            """
            UPDATE awaited_eviction awaited SET evicted_at = $4
            WHERE instance_id = $1 AND service = $2 AND evicted_at IS NULL AND NOT EXISTS (
              SELECT 1 FROM erased_key key
              WHERE key.erasure_id = awaited.erasure_id AND key.subject_key_id <> ALL($3))""")
        .execute(
            Tuple.of(instance, service, subjectKeys.toArray(UUID[]::new), ErasureStore.utc(at)))
        .replaceWithVoid();
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

  /** What was kept in clear of the patient whose key this was is deleted. The first word counts. */
  Uni<Void> purged(UUID subjectKey, long blindIndexes, long heldBlocks, Instant at) {
    return pool.preparedQuery(
            """
            UPDATE erasure SET blind_indexes = $2, held_blocks = $3, purged_at = $4
            WHERE purged_at IS NULL AND state = 'DESTROYED' AND id IN (
              SELECT erasure_id FROM erased_key WHERE subject_key_id = $1)""")
        .execute(Tuple.of(subjectKey, blindIndexes, heldBlocks, ErasureStore.utc(at)))
        .replaceWithVoid();
  }

  /** Rows of processes that hold nothing any more. */
  Uni<Void> dropOver(Instant now) {
    return pool.preparedQuery("DELETE FROM key_holder WHERE holds_until < $1")
        .execute(Tuple.of(ErasureStore.utc(now)))
        .replaceWithVoid();
  }
}
