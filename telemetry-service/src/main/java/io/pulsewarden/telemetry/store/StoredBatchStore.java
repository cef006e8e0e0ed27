package io.pulsewarden.telemetry.store;

import com.google.protobuf.ByteString;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.outbox.OutboxWriter;
import io.pulsewarden.telemetry.gap.NumberingStore;
import io.pulsewarden.telemetry.store.PartitionSink.Outcome;
import io.pulsewarden.telemetry.store.StoredBatch.SeriesRow;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Writes batches of the vitals topic in one transaction. Thread-safe.
 *
 * <p>Rows go in by {@code INSERT ... SELECT unnest(...)}: one statement whatever their number. They
 * are keyed by where they stand in Kafka, and what is there already stays, so that an offset that
 * somebody has set back by hand replays without harm.
 */
final class StoredBatchStore implements GatheredWrites.Transactions {

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
   * A crash before the commit leaves nothing: the partitions are read again from the same offsets.
   * A crash after it leaves blocks, series, ranges and events all there, and the offsets behind
   * them.
   *
   * <p>What another instance has moved on meanwhile is left out. Offsets are compared in order of
   * partition, so that two instances that share some of them never wait for each other.
   */
  @Override
  public Uni<List<Outcome>> together(List<ReadyBatch> batches) {
    return write(batches, StoredBatchStore::boundWaiting);
  }

  /** A crash leaves what it leaves of several. */
  @Override
  public Uni<Outcome> alone(ReadyBatch batch) {
    return write(List.of(batch), _ -> Uni.createFrom().voidItem()).map(List::getFirst);
  }

  /**
   * By one transaction.
   *
   * @param first what it begins with
   */
  private Uni<List<Outcome>> write(
      List<ReadyBatch> together, Function<SqlConnection, Uni<Void>> first) {
    List<ReadyBatch> inOrder =
        together.stream()
            .sorted(Comparator.comparingInt(ready -> ready.batch().partition()))
            .toList();
    return pool.withTransaction(
            connection ->
                ours(connection, inOrder, first.apply(connection))
                    .call(
                        ours ->
                            ours.isEmpty()
                                ? Uni.createFrom().voidItem()
                                : writeRows(connection, ours)))
        .map(ours -> outcomes(together, ours));
  }

  /** Those whose partition stands where it was expected, and was moved on. */
  private static Uni<List<ReadyBatch>> ours(
      SqlConnection connection, List<ReadyBatch> batches, Uni<Void> first) {
    return Uni.combine()
        .all()
        .unis(
            first,
            Uni.join()
                .all(batches.stream().map(ready -> moveOn(connection, ready.batch())).toList())
                .andFailFast())
        .with(
            (_, moved) ->
                IntStream.range(0, batches.size())
                    .filter(moved::get)
                    .mapToObj(batches::get)
                    .toList());
  }

  /** Until the transaction's end. */
  private static Uni<Void> boundWaiting(SqlConnection connection) {
    return connection.query("SET LOCAL lock_timeout = '1s'").execute().replaceWithVoid();
  }

  private static Uni<Boolean> moveOn(SqlConnection connection, StoredBatch batch) {
    return ConsumerOffsetStore.compareAndSet(
        connection,
        batch.topic(),
        batch.partition(),
        batch.expectedOffset(),
        batch.lastOffset() + 1);
  }

  // By identity: the same batch may be there twice, of which one was first.
  private static List<Outcome> outcomes(List<ReadyBatch> together, List<ReadyBatch> ours) {
    Set<ReadyBatch> written = Collections.newSetFromMap(new IdentityHashMap<>());
    written.addAll(ours);
    return together.stream()
        .<Outcome>map(
            ready ->
                written.contains(ready)
                    ? new Outcome.Stored(ready.batch().lastOffset() + 1)
                    : new Outcome.Superseded())
        .toList();
  }

  /**
   * All sent at once; the database carries them out in this order. None but the numbering needs
   * another's answer, and each answer would wait for an event loop that serves devices too.
   */
  private Uni<Void> writeRows(SqlConnection connection, List<ReadyBatch> ready) {
    List<StoredBatch> batches = ready.stream().map(ReadyBatch::batch).toList();
    List<Uni<Void>> statements = new ArrayList<>();
    statements.add(blocks(connection, all(batches, StoredBatch::blocks)));
    statements.add(series(connection, all(batches, StoredBatch::series)));
    batches.forEach(
        batch ->
            statements.add(
                UnreadableStore.insert(
                    connection, batch.topic(), batch.partition(), batch.unreadable())));
    statements.add(WearingCheckStore.stored(connection, all(batches, StoredBatch::blocks)));
    batches.forEach(batch -> statements.add(range(connection, batch)));
    statements.add(
        OutboxWriter.insert(
            connection, all(batches, StoredBatch::events).stream().map(OutboxRow::audit).toList()));
    batches.forEach(batch -> statements.add(leaves(connection, batch)));
    return Uni.join()
        .all(statements)
        .andFailFast()
        .chain(
            () ->
                NumberingStore.record(
                    connection,
                    ready.stream().flatMap(one -> one.numbered().stream()).toList(),
                    clocked));
  }

  private static <T> List<T> all(List<StoredBatch> batches, Function<StoredBatch, List<T>> of) {
    return batches.stream().flatMap(batch -> of.apply(batch).stream()).toList();
  }

  private static Uni<Void> blocks(SqlConnection connection, List<StoredBlock> blocks) {
    if (blocks.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Tuple columns =
        Tuple.tuple()
            .addValue(column(blocks, StoredBlock::partition, Integer[]::new))
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
            SELECT clock.committed_at, u.* FROM clock, unnest($1::int[], $2::bigint[], $3::uuid[], $4::smallint[], $5::uuid[],
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
              AS s(series, organisation, patient, device, source)
            ORDER BY organisation, series ON CONFLICT DO NOTHING\
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
