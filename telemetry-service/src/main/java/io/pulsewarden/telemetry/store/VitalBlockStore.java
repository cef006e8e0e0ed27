package io.pulsewarden.telemetry.store;

import com.google.protobuf.ByteString;
import io.pulsewarden.telemetry.vitals.Change;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads sealed blocks. Thread-safe. */
public final class VitalBlockStore {

  private static final String COLUMNS =
      """
      b.partition, b.message_offset, organisation_id, subject_kind, subject_id, source_id,
      device_id, first_time_ms, last_time_ms, schema_version, assignment_id, assignment_version,
      received_at_ms, device_version, envelope, committed_at,
      CASE schema_version WHEN 3 THEN committed_at ELSE coalesce(changed_at, committed_at) END
        AS changed, w.positions\
      """;

  private static final String TABLES =
      " FROM vital_block b LEFT JOIN withdrawn_reading w"
          + " ON w.partition = b.partition AND w.message_offset = b.message_offset"
          // A compacted row stands at its first block's place, and has nothing withdrawn.
          + " AND b.schema_version < 3 ";

  /** So far ahead of our clock a reading's time may be. */
  private static final Duration AHEAD = Duration.ofMinutes(5);

  private final Pool pool;
  private final SqlClient client;

  public VitalBlockStore(Pool pool) {
    this(pool, pool);
  }

  private VitalBlockStore(Pool pool, SqlClient client) {
    this.pool = pool;
    this.client = client;
  }

  /**
   * Runs {@code use} with a store that sees one moment of the database, however many statements it
   * needs: a row that blocks are compacted into between two steps of a walk would be missed. It has
   * a connection for as long as that takes: see {@link Snapshots}.
   */
  public <T> Uni<T> inSnapshot(Function<VitalBlockStore, Uni<T>> use) {
    return pool.withTransaction(
        connection ->
            connection
                .query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                .execute()
                .chain(() -> use.apply(new VitalBlockStore(pool, connection))));
  }

  /** A patient's blocks that touch a span of time, both ends included. */
  public record Span(UUID organisation, UUID patient, long fromMillis, long untilMillis) {}

  /**
   * Who wore a device in [from, until).
   *
   * @param patient null for nobody
   */
  public record WornSpan(long fromMillis, long untilMillis, @Nullable UUID patient) {}

  /** In which direction blocks are walked. */
  public enum Direction {
    /** By last time, the latest first. */
    NEWEST_FIRST,
    /** By first time, the earliest first. */
    OLDEST_FIRST
  }

  /** A block, and when the database had it. */
  public record Committed(StoredBlock block, OffsetDateTime committedAt) {}

  /**
   * The next blocks of a walk.
   *
   * @param after the last block of the step before; null to begin
   */
  public Uni<List<StoredBlock>> walk(
      Span span, Direction direction, @Nullable StoredBlock after, int limit) {
    return switch (direction) {
      case NEWEST_FIRST -> newestFirst(span, after, limit);
      case OLDEST_FIRST -> oldestFirst(span, after, limit);
    };
  }

  private Uni<List<StoredBlock>> newestFirst(Span span, @Nullable StoredBlock after, int limit) {
    return query(
        """
        WHERE organisation_id = $1 AND subject_id = $2 AND subject_kind = 1
          AND last_time_ms >= $3 AND first_time_ms <= $4
          -- What the next line says too, but for the planner, which leaves out later months by it.
          AND last_time_ms <= $5
          AND (last_time_ms, b.partition, b.message_offset) < ($5, $6, $7)
        ORDER BY last_time_ms DESC, b.partition DESC, b.message_offset DESC LIMIT $8\
        """,
        step(span, limit)
            .apply(
                after == null ? Long.MAX_VALUE : after.lastTimeMillis(),
                after == null ? Integer.MAX_VALUE : after.partition(),
                after == null ? Long.MAX_VALUE : after.offset()));
  }

  private Uni<List<StoredBlock>> oldestFirst(Span span, @Nullable StoredBlock after, int limit) {
    return query(
        """
        WHERE organisation_id = $1 AND subject_id = $2 AND subject_kind = 1
          AND last_time_ms >= $3 AND first_time_ms <= $4
          AND (first_time_ms, b.partition, b.message_offset) > ($5, $6, $7)
        ORDER BY first_time_ms, b.partition, b.message_offset LIMIT $8\
        """,
        step(span, limit)
            .apply(
                after == null ? Long.MIN_VALUE : after.firstTimeMillis(),
                after == null ? -1 : after.partition(),
                after == null ? -1L : after.offset()));
  }

  private interface Place {
    Tuple apply(long time, int partition, long offset);
  }

  private static Place step(Span span, int limit) {
    return (time, partition, offset) ->
        Tuple.tuple()
            .addUUID(span.organisation())
            .addUUID(span.patient())
            .addLong(span.fromMillis())
            .addLong(span.untilMillis())
            .addLong(time)
            .addInteger(partition)
            .addLong(offset)
            .addInteger(limit);
  }

  /**
   * The latest messages of a device, those on hold among them, the latest first. Those that were
   * compacted are too old to be among them.
   */
  public Uni<List<Committed>> latestOf(UUID organisation, UUID device, int limit) {
    return rows(
            """
            WHERE organisation_id = $1 AND device_id = $2 AND schema_version < 3
            ORDER BY received_at_ms DESC, b.partition DESC, b.message_offset DESC LIMIT $3\
            """,
            Tuple.of(organisation, device, limit))
        .map(
            rows -> {
              List<Committed> blocks = new ArrayList<>();
              for (Row row : rows) {
                blocks.add(new Committed(block(row), row.getOffsetDateTime("committed_at")));
              }
              return blocks;
            });
  }

  /**
   * Blocks of what a device sent itself and was received at that moment: of one message as a rule.
   */
  public Uni<List<StoredBlock>> receivedAt(UUID organisation, UUID device, long millis) {
    return query(
        """
        WHERE organisation_id = $1 AND device_id = $2 AND source_id = $2 AND received_at_ms = $3
          AND schema_version < 3 ORDER BY b.partition, b.message_offset LIMIT 64\
        """,
        Tuple.of(organisation, device, millis));
  }

  /**
   * The newest message of a device that has readings around a moment, or else a row of compacted
   * ones that may have one.
   */
  public Uni<Optional<StoredBlock>> around(UUID organisation, UUID device, long timeMillis) {
    // Nothing is received before it was measured, but for what clocks may be off.
    return query(
            """
            WHERE organisation_id = $1 AND device_id = $2 AND w.whole IS NOT TRUE
              AND received_at_ms >= $3 AND first_time_ms <= $4 AND last_time_ms >= $4
            ORDER BY schema_version = 3, received_at_ms DESC, b.partition DESC, b.message_offset DESC LIMIT 1\
            """,
            Tuple.of(organisation, device, timeMillis - AHEAD.toMillis(), timeMillis))
        .map(found -> found.stream().findFirst());
  }

  /**
   * Blocks of a device that may hold a reading which is not its subject's, in order of partition
   * and offset: on hold although somebody wore it then, or a patient's although another one did, or
   * nobody. Those that were withdrawn as a whole are left out.
   *
   * @param after the last block of the step before; null to begin
   */
  public Uni<List<StoredBlock>> misplaced(
      UUID organisation,
      UUID device,
      List<WornSpan> spans,
      @Nullable StoredBlock after,
      int limit) {
    return query(
        """
        WHERE organisation_id = $1 AND device_id = $2 AND w.whole IS NOT TRUE
          AND (b.partition, b.message_offset) > ($3, $4)
          AND EXISTS (
            SELECT FROM unnest($5::bigint[], $6::bigint[], $7::uuid[])
              AS s(from_ms, until_ms, patient_id)
            WHERE last_time_ms >= s.from_ms AND first_time_ms < s.until_ms
              AND CASE subject_kind WHEN 2 THEN s.patient_id IS NOT NULL
                ELSE s.patient_id IS DISTINCT FROM subject_id END)
        ORDER BY b.partition, b.message_offset LIMIT $8\
        """,
        Tuple.tuple()
            .addUUID(organisation)
            .addUUID(device)
            .addInteger(after == null ? -1 : after.partition())
            .addLong(after == null ? -1L : after.offset())
            .addValue(spans.stream().map(WornSpan::fromMillis).toArray(Long[]::new))
            .addValue(spans.stream().map(WornSpan::untilMillis).toArray(Long[]::new))
            .addValue(spans.stream().map(WornSpan::patient).toArray(UUID[]::new))
            .addInteger(limit));
  }

  /**
   * Held blocks of a device that reach into [from, until) and beyond it, in order of partition and
   * offset.
   *
   * @param after the last block of the step before; null to begin
   */
  public Uni<List<StoredBlock>> heldAcross(
      UUID organisation,
      UUID device,
      long fromMillis,
      long untilMillis,
      @Nullable StoredBlock after,
      int limit) {
    return query(
        """
        WHERE organisation_id = $1 AND device_id = $2 AND subject_kind = 2
          AND last_time_ms >= $3 AND first_time_ms < $4
          AND (first_time_ms < $3 OR last_time_ms >= $4)
          AND (b.partition, b.message_offset) > ($5, $6)
        ORDER BY b.partition, b.message_offset LIMIT $7\
        """,
        Tuple.of(organisation, device, fromMillis, untilMillis)
            .addInteger(after == null ? -1 : after.partition())
            .addLong(after == null ? -1L : after.offset())
            .addInteger(limit));
  }

  private Uni<List<StoredBlock>> query(String where, Tuple values) {
    return rows(where, values).map(VitalBlockStore::blocks);
  }

  Uni<RowSet<Row>> rows(String where, Tuple values) {
    return rows(client, where, values);
  }

  /** Blocks with what was withdrawn of them. */
  static Uni<RowSet<Row>> rows(SqlClient client, String where, Tuple values) {
    return client.preparedQuery("SELECT " + COLUMNS + TABLES + where).execute(values);
  }

  static List<StoredBlock> blocks(RowSet<Row> rows) {
    List<StoredBlock> blocks = new ArrayList<>();
    for (Row row : rows) {
      blocks.add(block(row));
    }
    return blocks;
  }

  private static Set<Integer> positions(Row row) {
    Integer[] positions = row.getArrayOfIntegers("positions");
    return positions == null ? Set.of() : Set.of(positions);
  }

  private static StoredBlock block(Row row) {
    return new StoredBlock(
        row.getInteger("partition"),
        row.getLong("message_offset"),
        row.getUUID("organisation_id"),
        row.getShort("subject_kind") == 2,
        row.getUUID("subject_id"),
        row.getUUID("source_id"),
        row.getUUID("device_id"),
        row.getLong("first_time_ms"),
        row.getLong("last_time_ms"),
        row.getInteger("schema_version"),
        row.getUUID("assignment_id"),
        row.getInteger("assignment_version"),
        row.getLong("received_at_ms"),
        row.getLong("device_version"),
        positions(row),
        new Change(
            ChangeStore.micros(row.getOffsetDateTime("changed")),
            row.getInteger("partition"),
            row.getLong("message_offset")),
        ByteString.copyFrom(row.getBuffer("envelope").getBytes()));
  }
}
