package io.pulsewarden.telemetry.store;

import com.google.protobuf.ByteString;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.outbox.OutboxWriter;
import io.pulsewarden.telemetry.gap.NumberedMessage;
import io.pulsewarden.telemetry.gap.NumberingStore;
import io.pulsewarden.telemetry.store.PartitionSink.Outcome;
import io.pulsewarden.telemetry.store.StoredBatch.SeriesRow;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Writes a batch of the vitals topic in one transaction. Thread-safe.
 *
 * <p>Rows go in by {@code INSERT ... SELECT unnest(...)}: one statement whatever their number. They
 * are keyed by where they stand in Kafka, and what is there already stays, so that an offset that
 * somebody has set back by hand replays without harm.
 */
final class StoredBatchStore {

  private final Pool pool;
  private final Predicate<UUID> clocked;
  private final boolean keepLeaves;

  /**
   * @param clocked whether a sender has a clock of its own
   * @param keepLeaves whether receipts are to be given
   */
  StoredBatchStore(Pool pool, Predicate<UUID> clocked, boolean keepLeaves) {
    this.pool = pool;
    this.clocked = clocked;
    this.keepLeaves = keepLeaves;
  }

  /**
   * A crash before the commit leaves nothing: the partition is read again from the same offset. A
   * crash after it leaves blocks, series, range and event all there, and the offset behind them.
   *
   * @param numbered those messages of the batch whose senders number them, in order
   */
  Uni<Outcome> write(StoredBatch batch, List<NumberedMessage> numbered) {
    long next = batch.lastOffset() + 1;
    return pool.withTransaction(
        connection ->
            ConsumerOffsetStore.compareAndSet(
                    connection, batch.topic(), batch.partition(), batch.expectedOffset(), next)
                .chain(
                    ours ->
                        ours
                            ? writeRows(connection, batch)
                                .chain(() -> NumberingStore.record(connection, numbered, clocked))
                                .<Outcome>replaceWith(new Outcome.Stored(next))
                            : Uni.createFrom().<Outcome>item(new Outcome.Superseded())));
  }

  /**
   * All sent at once; the database carries them out in this order. None needs another's answer, and
   * each answer would wait for an event loop that serves devices too.
   */
  private Uni<Void> writeRows(SqlConnection connection, StoredBatch batch) {
    return Uni.join()
        .all(
            blocks(connection, batch.partition(), batch.blocks()),
            series(connection, batch.series()),
            UnreadableStore.insert(
                connection, batch.topic(), batch.partition(), batch.unreadable()),
            WearingCheckStore.stored(connection, batch.blocks()),
            range(connection, batch),
            OutboxWriter.insert(
                connection,
                Stream.concat(Stream.of(batch.event()), batch.givenUp().stream())
                    .map(OutboxRow::audit)
                    .toList()),
            leaves(connection, batch))
        .andFailFast()
        .replaceWithVoid();
  }

  private static Uni<Void> blocks(
      SqlConnection connection, int partition, List<StoredBlock> blocks) {
    if (blocks.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Tuple columns =
        Tuple.tuple()
            .addInteger(partition)
            .addValue(column(blocks, StoredBlock::offset, Long[]::new))
            .addValue(column(blocks, StoredBlock::organisation, UUID[]::new))
            .addValue(column(blocks, StoredBatchStore::kind, Short[]::new))
            .addValue(column(blocks, StoredBlock::subject, UUID[]::new))
            .addValue(column(blocks, StoredBlock::source, UUID[]::new))
            .addValue(column(blocks, StoredBlock::device, UUID[]::new))
            .addValue(column(blocks, StoredBlock::firstTimeMillis, Long[]::new))
            .addValue(column(blocks, StoredBlock::lastTimeMillis, Long[]::new))
            .addValue(column(blocks, StoredBlock::schemaVersion, Integer[]::new))
            .addValue(blocks.stream().map(StoredBlock::assignment).toArray(UUID[]::new))
            .addValue(column(blocks, StoredBlock::assignmentVersion, Integer[]::new))
            .addValue(column(blocks, StoredBlock::receivedAtMillis, Long[]::new))
            .addValue(column(blocks, StoredBlock::deviceVersion, Long[]::new))
            .addValue(column(blocks, block -> buffer(block.envelope()), Buffer[]::new));
    return connection
        .preparedQuery(
            """
            WITH clock AS MATERIALIZED (SELECT commit_clock() AS committed_at)
            INSERT INTO vital_block (committed_at, partition, message_offset, organisation_id,
              subject_kind, subject_id, source_id, device_id, first_time_ms, last_time_ms,
              schema_version, assignment_id, assignment_version, received_at_ms, device_version,
              envelope)
            SELECT clock.committed_at, $1, u.* FROM clock, unnest($2::bigint[], $3::uuid[], $4::smallint[], $5::uuid[],
              $6::uuid[], $7::uuid[], $8::bigint[], $9::bigint[], $10::int[], $11::uuid[],
              $12::int[], $13::bigint[], $14::bigint[], $15::bytea[]) AS u
            ON CONFLICT DO NOTHING\
            """)
        .execute(columns)
        .replaceWithVoid();
  }

  private static Uni<Void> series(SqlConnection connection, List<SeriesRow> series) {
    if (series.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Tuple columns =
        Tuple.tuple()
            .addValue(column(series, row -> Buffer.buffer(row.id().bytes()), Buffer[]::new))
            .addValue(column(series, SeriesRow::organisation, UUID[]::new))
            .addValue(column(series, SeriesRow::patient, UUID[]::new))
            .addValue(column(series, SeriesRow::device, UUID[]::new))
            .addValue(column(series, SeriesRow::source, UUID[]::new));
    return connection
        .preparedQuery(
            """
            INSERT INTO series (series_id, organisation_id, patient_id, device_id, source_id)
            SELECT * FROM unnest($1::bytea[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[])
            ON CONFLICT DO NOTHING\
            """)
        .execute(columns)
        .replaceWithVoid();
  }

  private static Uni<Void> range(SqlConnection connection, StoredBatch batch) {
    Tuple row =
        Tuple.tuple()
            .addString(batch.topic())
            .addInteger(batch.partition())
            .addLong(batch.firstOffset())
            .addLong(batch.lastOffset())
            .addValue(buffer(batch.merkleRoot()))
            .addLong(batch.recordCount())
            .addUUID(UUID.fromString(batch.event().getEventId()));
    return connection
        .preparedQuery(
            """
            INSERT INTO stored_range
              (topic, partition, first_offset, last_offset, merkle_root, record_count, event_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT DO NOTHING\
            """)
        .execute(row)
        .replaceWithVoid();
  }

  private Uni<Void> leaves(SqlConnection connection, StoredBatch batch) {
    return keepLeaves ? RangeLeavesStore.insert(connection, batch) : Uni.createFrom().voidItem();
  }

  private static short kind(StoredBlock block) {
    return (short) (block.heldByDevice() ? 2 : 1);
  }

  private static Buffer buffer(ByteString bytes) {
    return Buffer.buffer(bytes.toByteArray());
  }

  private static <R, V> V[] column(List<R> rows, Function<R, V> value, IntFunction<V[]> array) {
    return rows.stream().map(value).toArray(array);
  }
}
