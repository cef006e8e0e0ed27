package io.pulsewarden.telemetry.store;

import com.google.protobuf.ByteString;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds plain blocks that may stand together, and swaps them for one row, and back. Thread-safe.
 */
public final class CompactionStore implements BlockSwap {

  /** A plain block: not compacted, and nothing was ever withdrawn of it. */
  private static final String PLAIN =
      """
       b.subject_kind = 1 AND b.schema_version < 3 AND b.changed_at IS NULL
        AND NOT EXISTS (SELECT FROM withdrawn_reading w
          WHERE w.partition = b.partition AND w.message_offset = b.message_offset)\
      """;

  private final Pool pool;

  public CompactionStore(Pool pool) {
    this.pool = pool;
  }

  /** Whose blocks they are. */
  public record Patient(UUID organisation, UUID id) {
    /** Before all others. */
    public static final Patient FIRST = new Patient(new UUID(0, 0), new UUID(0, 0));
  }

  /**
   * Blocks that may stand together.
   *
   * @param hour of their latest readings, Unix hours
   * @param committed the hour of their commits
   */
  public record Group(
      Patient patient,
      UUID source,
      UUID device,
      int partition,
      int schemaVersion,
      @Nullable UUID assignment,
      int assignmentVersion,
      long hour,
      OffsetDateTime committed) {}

  /** The next patient who has blocks, in order of organisation and id. */
  public Uni<Optional<Patient>> next(Patient after) {
    return pool.preparedQuery(
            """
            SELECT organisation_id, subject_id FROM vital_block
            WHERE (organisation_id, subject_id) > ($1, $2) AND subject_kind = 1
            ORDER BY organisation_id, subject_id LIMIT 1\
            """)
        .execute(Tuple.of(after.organisation(), after.id()))
        .map(
            rows -> {
              for (Row row : rows) {
                return Optional.of(new Patient(row.getUUID(0), row.getUUID(1)));
              }
              return Optional.empty();
            });
  }

  /**
   * How a group stands: other blocks in it, another one of these.
   *
   * @param newest offset
   */
  public record Stand(long blocks, long newest) {}

  /** A group and how it stands. */
  public record Found(Group group, Stand stand) {}

  /**
   * A patient's groups, by hour.
   *
   * @param before whose readings, and whose commits, are older than this
   * @param fromHour the first hour to look at
   * @param atLeast blocks in a group
   */
  public Uni<List<Found>> groups(
      Patient patient, Instant before, long fromHour, int atLeast, int limit) {
    return pool.preparedQuery(
            """
            SELECT source_id, device_id, partition, schema_version, assignment_id,
              assignment_version, last_time_ms / 3600000 AS hour,
              date_trunc('hour', committed_at, 'UTC') AS committed, count(*), max(message_offset)
            FROM vital_block b
            WHERE organisation_id = $1 AND subject_id = $2 AND last_time_ms < $3
              AND last_time_ms / 3600000 >= $7 AND committed_at < $4 AND\
            """
                + PLAIN
                + """

                GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING count(*) >= $5 ORDER BY 7, 8 LIMIT $6\
                """)
        .execute(
            Tuple.tuple()
                .addUUID(patient.organisation())
                .addUUID(patient.id())
                .addLong(before.toEpochMilli())
                .addOffsetDateTime(before.atOffset(ZoneOffset.UTC))
                .addInteger(atLeast)
                .addInteger(limit)
                .addLong(fromHour))
        .map(
            rows -> {
              List<Found> groups = new ArrayList<>();
              rows.forEach(
                  row ->
                      groups.add(
                          new Found(
                              group(patient, row), new Stand(row.getLong(8), row.getLong(9)))));
              return groups;
            });
  }

  private static Group group(Patient patient, Row row) {
    return new Group(
        patient,
        row.getUUID(0),
        row.getUUID(1),
        row.getInteger(2),
        row.getInteger(3),
        row.getUUID(4),
        row.getInteger(5),
        row.getLong(6),
        row.getOffsetDateTime(7));
  }

  private static final String OF_GROUP =
      """
      WHERE organisation_id = $1 AND subject_id = $2 AND source_id = $3 AND device_id = $4
        AND b.partition = $5 AND schema_version = $6
        AND assignment_id IS NOT DISTINCT FROM $7 AND assignment_version = $8
        AND last_time_ms >= $9 AND last_time_ms < $10 AND last_time_ms / 3600000 = $11
        AND committed_at >= $12 AND committed_at < $12 + interval '1 hour'
        AND b.message_offset > $13 AND\
      """
          + PLAIN;

  /**
   * A block's size, without the block.
   *
   * @param bytes of its envelope
   */
  public record Size(long offset, int bytes) {}

  /** Sizes of the group's blocks behind an offset, in order of offset, the first so many. */
  public Uni<List<Size>> sizes(Group group, long after, int limit) {
    return pool.preparedQuery(
            "SELECT b.message_offset, octet_length(envelope) FROM vital_block b "
                + OF_GROUP
                + " ORDER BY b.message_offset LIMIT $14")
        .execute(of(group, after).addInteger(limit))
        .map(
            rows -> {
              List<Size> sizes = new ArrayList<>();
              rows.forEach(row -> sizes.add(new Size(row.getLong(0), row.getInteger(1))));
              return sizes;
            });
  }

  /** The group's blocks behind an offset, up to and with another, in order of offset. */
  public Uni<List<StoredBlock>> blocks(Group group, long after, long last) {
    return VitalBlockStore.rows(
            pool,
            OF_GROUP + " AND b.message_offset <= $14 ORDER BY b.message_offset",
            of(group, after).addLong(last))
        .map(VitalBlockStore::blocks);
  }

  private static Tuple of(Group group, long after) {
    return Tuple.tuple()
        .addUUID(group.patient().organisation())
        .addUUID(group.patient().id())
        .addUUID(group.source())
        .addUUID(group.device())
        .addInteger(group.partition())
        .addInteger(group.schemaVersion())
        .addUUID(group.assignment())
        .addInteger(group.assignmentVersion())
        .addLong(group.hour() * 3_600_000 - 3_600_000)
        .addLong(group.hour() * 3_600_000 + 3_600_000)
        .addLong(group.hour())
        .addOffsetDateTime(group.committed())
        .addLong(after);
  }

  /**
   * {@inheritDoc}
   *
   * <p>A crash before the commit leaves the plain blocks, and nothing else; a crash after it leaves
   * the compacted row, and nothing else. Of two at once, and of this and a withdrawal, the second
   * waits for the first one's locks and then finds fewer blocks than it read: it gives up.
   */
  @Override
  public Uni<Boolean> compact(List<StoredBlock> plain, StoredBlock compacted) {
    return inOne(
        connection ->
            delete(connection, plain)
                .chain(
                    deleted ->
                        deleted == plain.size()
                            ? insert(connection, List.of(compacted), plain)
                            : Uni.createFrom().item(0))
                .map(inserted -> inserted == 1));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Crashes, and two at once, as {@link #compact}.
   */
  @Override
  public Uni<Boolean> expand(StoredBlock compacted, List<StoredBlock> plain) {
    return inOne(
        connection ->
            connection
                .preparedQuery(
                    "DELETE FROM vital_block WHERE partition = $1 AND message_offset = $2"
                        + " AND last_time_ms = $3 AND schema_version = 3")
                .execute(
                    Tuple.of(compacted.partition(), compacted.offset(), compacted.lastTimeMillis()))
                .map(RowSet::rowCount)
                .chain(
                    deleted ->
                        deleted == 1
                            ? insert(connection, plain, List.of()).replaceWith(true)
                            : Uni.createFrom().item(false)));
  }

  /** Undone as a whole unless the answer is yes. */
  private Uni<Boolean> inOne(Function<SqlConnection, Uni<Boolean>> work) {
    return pool.withTransaction(
            connection ->
                work.apply(connection)
                    .map(
                        done -> {
                          if (!done) {
                            throw new LostException();
                          }
                          return true;
                        }))
        .onFailure(LostException.class)
        .recoverWithItem(false);
  }

  /** Somebody else was first. */
  private static final class LostException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private LostException() {
      super("the blocks are not as they were read", null, false, false);
    }
  }

  private static Uni<Integer> delete(SqlConnection connection, List<StoredBlock> plain) {
    long first = plain.stream().mapToLong(StoredBlock::lastTimeMillis).min().orElseThrow();
    long last = plain.stream().mapToLong(StoredBlock::lastTimeMillis).max().orElseThrow();
    return connection
        .preparedQuery(
            """
            DELETE FROM vital_block b
            USING unnest($2::bigint[], $3::bigint[]) AS m(message_offset, last_time_ms)
            WHERE b.partition = $1 AND b.message_offset = m.message_offset
              AND b.last_time_ms = m.last_time_ms AND b.last_time_ms BETWEEN $4 AND $5 AND\
            """
                + PLAIN)
        .execute(
            Tuple.tuple()
                .addInteger(plain.getFirst().partition())
                .addValue(column(plain, StoredBlock::offset, Long[]::new))
                .addValue(column(plain, StoredBlock::lastTimeMillis, Long[]::new))
                .addLong(first)
                .addLong(last))
        .map(RowSet::rowCount);
  }

  /**
   * @param members of one compacted row: its first and last change are theirs; a plain block's are
   *     its own
   */
  private static Uni<Integer> insert(
      SqlConnection connection, List<StoredBlock> blocks, List<StoredBlock> members) {
    boolean compacted = !members.isEmpty();
    List<StoredBlock> changes = compacted ? members : blocks;
    long first = changes.stream().mapToLong(each -> each.change().micros()).min().orElseThrow();
    long last = changes.stream().mapToLong(each -> each.change().micros()).max().orElseThrow();
    Tuple columns =
        Tuple.tuple()
            .addValue(column(blocks, StoredBlock::partition, Integer[]::new))
            .addValue(column(blocks, StoredBlock::offset, Long[]::new))
            .addValue(column(blocks, StoredBlock::organisation, UUID[]::new))
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
            .addValue(
                column(
                    blocks,
                    each -> time(compacted ? first : each.change().micros()),
                    OffsetDateTime[]::new))
            .addValue(
                blocks.stream()
                    .map(each -> compacted ? time(last) : null)
                    .toArray(OffsetDateTime[]::new))
            .addValue(column(blocks, each -> buffer(each.envelope()), Buffer[]::new));
    return connection
        .preparedQuery(
            """
            INSERT INTO vital_block (partition, message_offset, organisation_id, subject_kind,
              subject_id, source_id, device_id, first_time_ms, last_time_ms, schema_version,
              assignment_id, assignment_version, received_at_ms, device_version, committed_at,
              changed_at, envelope)
            SELECT p, o, g, 1, s, c, d, f, l, v, a, w, r, n, t, h, e
            FROM unnest($1::int[], $2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[],
              $7::bigint[], $8::bigint[], $9::int[], $10::uuid[], $11::int[], $12::bigint[],
              $13::bigint[], $14::timestamptz[], $15::timestamptz[], $16::bytea[])
              AS u(p, o, g, s, c, d, f, l, v, a, w, r, n, t, h, e)
            ON CONFLICT DO NOTHING\
            """)
        .execute(columns)
        .map(RowSet::rowCount);
  }

  private static OffsetDateTime time(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
  }

  private static Buffer buffer(ByteString bytes) {
    return Buffer.buffer(bytes.toByteArray());
  }

  private static <V> V[] column(
      List<StoredBlock> rows, Function<StoredBlock, V> value, IntFunction<V[]> array) {
    return rows.stream().map(value).toArray(array);
  }
}
