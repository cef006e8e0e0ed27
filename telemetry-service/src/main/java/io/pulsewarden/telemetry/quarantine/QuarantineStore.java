package io.pulsewarden.telemetry.quarantine;

import com.google.protobuf.ByteString;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.gap.NumberedMessage;
import io.pulsewarden.telemetry.gap.NumberingStore;
import io.pulsewarden.telemetry.quarantine.QuarantinedMessage.Measured;
import io.pulsewarden.telemetry.store.ConsumerOffsetStore;
import io.pulsewarden.telemetry.store.PartitionSink.Outcome;
import io.pulsewarden.telemetry.store.UnreadableMessage;
import io.pulsewarden.telemetry.store.UnreadableStore;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The table of refused inputs. Thread-safe. */
final class QuarantineStore {

  static final String COLUMNS =
      """
      q.partition, q.message_offset, organisation_id, device_id, received_at_ms, schema_version,
      reason, first_time_ms, last_time_ms, envelope\
      """;

  private static final String LATEST_FIRST =
      "received_at_ms DESC, q.partition DESC, q.message_offset DESC";

  private final Pool pool;
  private final Predicate<UUID> clocked;

  /**
   * @param clocked whether a sender has a clock of its own
   */
  QuarantineStore(Pool pool, Predicate<UUID> clocked) {
    this.pool = pool;
    this.clocked = clocked;
  }

  /** Where a page ended: what is older comes next. */
  record Place(long receivedAtMillis, int partition, long offset) {
    static final Place LATEST = new Place(Long.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);

    static Place of(QuarantinedMessage message) {
      return new Place(message.receivedAtMillis(), message.partition(), message.offset());
    }
  }

  /**
   * A crash before the commit leaves nothing, and the partition is read again; a crash after it
   * leaves the rows and the offset behind them.
   */
  Uni<Outcome> write(
      TopicPartition partition,
      long expected,
      long next,
      List<QuarantinedMessage> messages,
      List<UnreadableMessage> unreadable,
      List<NumberedMessage> numbered) {
    return pool.withTransaction(
        connection ->
            ConsumerOffsetStore.compareAndSet(
                    connection, partition.topic(), partition.partition(), expected, next)
                .chain(
                    ours ->
                        ours
                            ? insert(connection, partition.partition(), messages)
                                .chain(
                                    () ->
                                        UnreadableStore.insert(
                                            connection,
                                            partition.topic(),
                                            partition.partition(),
                                            unreadable))
                                .chain(() -> NumberingStore.record(connection, numbered, clocked))
                                .<Outcome>replaceWith(new Outcome.Stored(next))
                            : Uni.createFrom().<Outcome>item(new Outcome.Superseded())));
  }

  private static Uni<Void> insert(
      SqlConnection connection, int partition, List<QuarantinedMessage> messages) {
    if (messages.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Tuple columns =
        Tuple.tuple()
            .addInteger(partition)
            .addValue(messages.stream().map(QuarantinedMessage::offset).toArray(Long[]::new))
            .addValue(messages.stream().map(QuarantinedMessage::organisation).toArray(UUID[]::new))
            .addValue(messages.stream().map(QuarantinedMessage::device).toArray(UUID[]::new))
            .addValue(
                messages.stream().map(QuarantinedMessage::receivedAtMillis).toArray(Long[]::new))
            .addValue(
                messages.stream().map(QuarantinedMessage::schemaVersion).toArray(Integer[]::new))
            .addValue(messages.stream().map(QuarantinedMessage::reason).toArray(String[]::new))
            .addValue(times(messages, Measured::firstMillis))
            .addValue(times(messages, Measured::lastMillis))
            .addValue(
                messages.stream()
                    .map(message -> Buffer.buffer(message.envelope().toByteArray()))
                    .toArray(Buffer[]::new));
    return connection
        .preparedQuery(
            """
            INSERT INTO quarantine_record (partition, message_offset, organisation_id, device_id,
              received_at_ms, schema_version, reason, first_time_ms, last_time_ms, envelope)
            SELECT $1, * FROM unnest($2::bigint[], $3::uuid[], $4::uuid[], $5::bigint[], $6::int[],
              $7::text[], $8::bigint[], $9::bigint[], $10::bytea[])
            ON CONFLICT DO NOTHING\
            """)
        .execute(columns)
        .replaceWithVoid();
  }

  /** Some inputs, and whether there are more behind them. */
  record Page(List<QuarantinedMessage> messages, boolean more) {
    Page {
      messages = List.copyOf(messages);
    }
  }

  /**
   * Those that nobody decided about, the latest first.
   *
   * @param device null for all devices of the organisation
   * @param limit how many at most
   * @param bytes how many bytes of envelopes at most, if it is more than one input
   */
  Uni<Page> page(UUID organisation, @Nullable UUID device, Place after, int limit, long bytes) {
    // Two statements, so that each has its index.
    String ofDevice = device == null ? "" : " AND device_id = $7";
    Tuple values =
        Tuple.tuple()
            .addUUID(organisation)
            .addLong(after.receivedAtMillis())
            .addInteger(after.partition())
            .addLong(after.offset())
            // One more than is shown says whether there is another page.
            .addInteger(limit + 1)
            .addLong(bytes);
    if (device != null) {
      values.addUUID(device);
    }
    return pool.preparedQuery(
            "SELECT "
                + COLUMNS
                + ", candidates FROM (SELECT q.*, count(*) OVER () AS candidates,"
                + " sum(octet_length(envelope)) OVER (ORDER BY "
                + LATEST_FIRST
                + ") AS so_far FROM (SELECT "
                + COLUMNS
                + """
                 FROM quarantine_record q
                WHERE organisation_id = $1
                  AND (received_at_ms, q.partition, q.message_offset) < ($2, $3, $4)
                  AND NOT EXISTS (SELECT FROM quarantine_decision d
                    WHERE d.partition = q.partition AND d.message_offset = q.message_offset)\
                """
                + ofDevice
                + " ORDER BY "
                + LATEST_FIRST
                + " LIMIT $5) q) q WHERE so_far <= $6 OR so_far = octet_length(envelope) ORDER BY "
                + LATEST_FIRST)
        .execute(values)
        .map(rows -> page(rows, limit));
  }

  private static Page page(RowSet<Row> rows, int limit) {
    List<QuarantinedMessage> messages = new ArrayList<>();
    long candidates = 0;
    for (Row row : rows) {
      candidates = row.getLong("candidates");
      if (messages.size() < limit) {
        messages.add(message(row));
      }
    }
    return new Page(messages, candidates > messages.size());
  }

  /**
   * How many of a device have this reason, and of those, what people decided.
   *
   * @param decision 0 for none yet, or else a {@link DecisionStore.Decision}'s code
   */
  record Count(int decision, String reason, long count) {}

  /**
   * Refused inputs of a device, counted; nothing is opened.
   *
   * @param received when; null for all
   */
  Uni<List<Count>> counts(UUID organisation, UUID device, @Nullable List<Assignment> received) {
    String then =
        received == null
            ? ""
            : """
               AND EXISTS (SELECT FROM unnest($3::bigint[], $4::bigint[]) AS s(from_ms, until_ms)
                WHERE q.received_at_ms >= s.from_ms AND q.received_at_ms < s.until_ms)\
              """;
    Tuple values = Tuple.of(organisation, device);
    if (received != null) {
      values
          .addValue(received.stream().map(Assignment::fromMillis).toArray(Long[]::new))
          .addValue(received.stream().map(Assignment::untilMillis).toArray(Long[]::new));
    }
    return pool.preparedQuery(
            """
            SELECT coalesce(d.decision, 0)::int, coalesce(q.reason, 'unknown'), count(*)
            FROM quarantine_record q LEFT JOIN quarantine_decision d
              ON d.partition = q.partition AND d.message_offset = q.message_offset
            WHERE q.organisation_id = $1 AND q.device_id = $2\
            """
                + then
                + " GROUP BY 1, 2")
        .execute(values)
        .map(
            rows -> {
              List<Count> counts = new ArrayList<>();
              for (Row row : rows) {
                counts.add(new Count(row.getInteger(0), row.getString(1), row.getLong(2)));
              }
              return counts;
            });
  }

  static QuarantinedMessage message(Row row) {
    return new QuarantinedMessage(
        row.getInteger(0),
        row.getLong(1),
        row.getUUID(2),
        row.getUUID(3),
        row.getLong(4),
        row.getInteger(5),
        row.getString(6),
        row.getLong(7) == null || row.getLong(8) == null
            ? null
            : new Measured(row.getLong(7), row.getLong(8)),
        ByteString.copyFrom(row.getBuffer(9).getBytes()));
  }

  private static @Nullable Long[] times(
      List<QuarantinedMessage> messages, ToLongFunction<Measured> end) {
    @Nullable Long[] times = new @Nullable Long[messages.size()];
    for (int i = 0; i < times.length; i++) {
      Measured measured = messages.get(i).measured();
      times[i] = measured == null ? null : (Long) end.applyAsLong(measured);
    }
    return times;
  }
}
