package io.pulsewarden.telemetry.wearing;

import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.outbox.OutboxWriter;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;

/** Takes readings from where they are and sends them where they belong, at once. Thread-safe. */
final class MoveStore {

  private final Pool pool;

  MoveStore(Pool pool) {
    this.pool = pool;
  }

  /**
   * Withdraws the parting's readings from the block and puts the rows into the outbox, if the block
   * is as it was read and the state by which it was parted is still the announced one.
   *
   * <p>A crash before the commit leaves everything as it was, and the look due. A crash after it
   * leaves the new blocks in the outbox: they reach Kafka, perhaps twice, and are one reading
   * wherever they are read. Of two instances at once, one finds the block as it was read.
   *
   * @return whether it was done
   */
  Uni<Boolean> move(StoredBlock block, Parting parting, long deviceVersion, List<OutboxRow> rows) {
    return pool.withTransaction(
        connection ->
            isAnnounced(connection, block, deviceVersion)
                .chain(
                    announced ->
                        announced ? take(connection, block, parting) : Uni.createFrom().item(false))
                .chain(
                    ours ->
                        ours
                            ? OutboxWriter.insert(connection, rows).replaceWith(true)
                            : Uni.createFrom().item(false)));
  }

  // Shared: a newer state is announced after this transaction, or this one is not done.
  private static Uni<Boolean> isAnnounced(
      SqlConnection connection, StoredBlock block, long deviceVersion) {
    return connection
        .preparedQuery(
            "SELECT 1 FROM device_wearing WHERE device_id = $1 AND version = $2 FOR SHARE")
        .execute(Tuple.of(block.device(), deviceVersion))
        .map(rows -> rows.size() == 1);
  }

  private static Uni<Boolean> take(SqlConnection connection, StoredBlock block, Parting parting) {
    return block.heldByDevice() ? delete(connection, block) : withdraw(connection, block, parting);
  }

  private static Uni<Boolean> delete(SqlConnection connection, StoredBlock block) {
    return connection
        .preparedQuery(
            "DELETE FROM vital_block"
                + " WHERE partition = $1 AND message_offset = $2 AND last_time_ms = $3"
                + " AND subject_kind = 2")
        .execute(Tuple.of(block.partition(), block.offset(), block.lastTimeMillis()))
        .map(deleted -> deleted.rowCount() == 1);
  }

  private static Uni<Boolean> withdraw(
      SqlConnection connection, StoredBlock block, Parting parting) {
    Tuple row =
        Tuple.tuple()
            .addInteger(block.partition())
            .addLong(block.offset())
            .addValue(parting.withdrawn().toArray(Integer[]::new))
            .addBoolean(parting.whole())
            .addValue(block.withdrawn().stream().sorted().toArray(Integer[]::new))
            .addLong(block.lastTimeMillis())
            // What was compacted meanwhile stands at the same place, and is another row.
            .addInteger(block.schemaVersion());
    return connection
        .preparedQuery(
            """
            WITH changed AS (
              UPDATE vital_block SET changed_at = (SELECT commit_clock())
              WHERE partition = $1 AND message_offset = $2 AND last_time_ms = $6
                AND schema_version = $7
              RETURNING partition)
            INSERT INTO withdrawn_reading AS w (partition, message_offset, positions, whole)
            SELECT $1, $2, $3::int[], $4 FROM changed
            ON CONFLICT (partition, message_offset)
            DO UPDATE SET positions = excluded.positions, whole = excluded.whole
            WHERE w.positions = $5::int[]\
            """)
        .execute(row)
        .map(written -> written.rowCount() == 1);
  }
}
