package io.pulsewarden.telemetry.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import org.apache.kafka.common.TopicPartition;

/** The next offset of each partition. Thread-safe. */
public final class ConsumerOffsetStore {

  private final Pool pool;

  public ConsumerOffsetStore(Pool pool) {
    this.pool = pool;
  }

  /** The offset to read next; 0 for a partition never seen, which has its row from then on. */
  public Uni<Long> position(TopicPartition partition) {
    Tuple key = Tuple.of(partition.topic(), partition.partition());
    // A crash between the two leaves a row that says 0, which is what no row says too.
    return pool.preparedQuery(
            """
            INSERT INTO consumer_offset (topic, partition, next_offset) VALUES ($1, $2, 0)
            ON CONFLICT DO NOTHING""")
        .execute(key)
        .chain(
            () ->
                pool.preparedQuery(
                        "SELECT next_offset FROM consumer_offset WHERE topic = $1 AND partition = $2")
                    .execute(key))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  /**
   * Moves the offset on, in the connection's transaction, if it is still the expected one. Two
   * instances that believe to own a partition meet here: the row's lock makes the second wait, and
   * then see that it lost.
   *
   * @return whether it was
   */
  public static Uni<Boolean> compareAndSet(
      SqlConnection connection, String topic, int partition, long expected, long next) {
    return connection
        .preparedQuery(
            """
            UPDATE consumer_offset SET next_offset = $4
            WHERE topic = $1 AND partition = $2 AND next_offset = $3""")
        .execute(Tuple.of(topic, partition, expected, next))
        .map(updated -> updated.rowCount() == 1);
  }
}
