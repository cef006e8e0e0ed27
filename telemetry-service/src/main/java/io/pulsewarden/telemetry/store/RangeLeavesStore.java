package io.pulsewarden.telemetry.store;

import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The leaves of stored ranges, for as long as they are kept. Thread-safe. */
public final class RangeLeavesStore {

  /** So many at once, so that none holds the table for long. */
  private static final int STEP = 1_000;

  private final Pool pool;

  public RangeLeavesStore(Pool pool) {
    this.pool = pool;
  }

  /** In the connection's transaction, which writes the range too. */
  static Uni<Void> insert(SqlConnection connection, StoredBatch batch) {
    RangeLeaves leaves = batch.leaves();
    if (leaves.offsets().isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return connection
        .preparedQuery(
            """
            INSERT INTO range_leaves
              (topic, partition, first_offset, message_offsets, leaf_counts, leaves)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING\
            """)
        .execute(
            Tuple.tuple()
                .addString(batch.topic())
                .addInteger(batch.partition())
                .addLong(batch.firstOffset())
                .addValue(leaves.offsets().toArray(Long[]::new))
                .addValue(leaves.counts().toArray(Integer[]::new))
                .addValue(Buffer.buffer(leaves.hashes())))
        .replaceWithVoid();
  }

  /** Empty if they are not kept any more, or never were. */
  public Uni<Optional<RangeLeaves>> find(StoredRangeStore.Range range) {
    return pool.preparedQuery(
            """
            SELECT message_offsets, leaf_counts, leaves FROM range_leaves
            WHERE topic = $1 AND partition = $2 AND first_offset = $3\
            """)
        .execute(Tuple.of(range.topic(), range.partition(), range.firstOffset()))
        .map(
            rows -> {
              for (Row row : rows) {
                return Optional.of(
                    new RangeLeaves(
                        List.of(row.getArrayOfLongs(0)),
                        List.of(row.getArrayOfIntegers(1)),
                        row.getBuffer(2).getBytes()));
              }
              return Optional.empty();
            });
  }

  /**
   * Deletes some of those that are older than that. A crash between two steps leaves the rest for
   * the next time; two instances at once delete each row once.
   *
   * @return whether there may be more
   */
  Uni<Boolean> prune(Duration kept) {
    return pool.preparedQuery(
            """
            DELETE FROM range_leaves WHERE ctid = ANY (ARRAY(
              SELECT ctid FROM range_leaves
              WHERE stored_at < now() - make_interval(secs => $1) ORDER BY stored_at LIMIT $2))\
            """)
        .execute(Tuple.of((double) kept.toSeconds(), STEP))
        .map(deleted -> deleted.rowCount() == STEP);
  }
}
