package io.pulsewarden.telemetry.store;

import com.google.protobuf.ByteString;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;

/** The ranges that the audit log was told of. Thread-safe. */
public final class StoredRangeStore {

  private final Pool pool;

  public StoredRangeStore(Pool pool) {
    this.pool = pool;
  }

  /**
   * Offsets [first, last] of a partition.
   *
   * @param event id of the audit event that says so
   */
  public record Range(
      String topic,
      int partition,
      long firstOffset,
      long lastOffset,
      ByteString merkleRoot,
      long recordCount,
      UUID event,
      OffsetDateTime committedAt) {}

  /** The range that covers an offset. */
  public Uni<Optional<Range>> covering(String topic, int partition, long offset) {
    return pool.preparedQuery(
            """
            SELECT first_offset, last_offset, merkle_root, record_count, event_id, committed_at
            FROM stored_range
            WHERE topic = $1 AND partition = $2 AND first_offset <= $3
            ORDER BY first_offset DESC LIMIT 1""")
        .execute(Tuple.of(topic, partition, offset))
        .map(
            rows -> {
              for (Row row : rows) {
                if (row.getLong(1) >= offset) {
                  return Optional.of(range(topic, partition, row));
                }
              }
              return Optional.empty();
            });
  }

  private static Range range(String topic, int partition, Row row) {
    return new Range(
        topic,
        partition,
        row.getLong(0),
        row.getLong(1),
        ByteString.copyFrom(row.getBuffer(2).getBytes()),
        row.getLong(3),
        row.getUUID(4),
        row.getOffsetDateTime(5));
  }
}
