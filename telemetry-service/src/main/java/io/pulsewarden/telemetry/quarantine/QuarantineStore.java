package io.pulsewarden.telemetry.quarantine;

import com.google.protobuf.ByteString;
import io.pulsewarden.telemetry.gap.NumberedMessage;
import io.pulsewarden.telemetry.gap.NumberingStore;
import io.pulsewarden.telemetry.store.ConsumerOffsetStore;
import io.pulsewarden.telemetry.store.PartitionSink.Outcome;
import io.pulsewarden.telemetry.store.UnreadableMessage;
import io.pulsewarden.telemetry.store.UnreadableStore;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The table of refused inputs. Thread-safe. */
final class QuarantineStore {

  static final String COLUMNS =
      """
      q.partition, q.message_offset, organisation_id, device_id, received_at_ms, schema_version,
      envelope\
      """;

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
            .addValue(
                messages.stream()
                    .map(message -> Buffer.buffer(message.envelope().toByteArray()))
                    .toArray(Buffer[]::new));
    return connection
        .preparedQuery(
            """
            INSERT INTO quarantine_record (partition, message_offset, organisation_id, device_id,
              received_at_ms, schema_version, envelope)
            SELECT $1, * FROM unnest($2::bigint[], $3::uuid[], $4::uuid[], $5::bigint[], $6::int[],
              $7::bytea[])
            ON CONFLICT DO NOTHING\
            """)
        .execute(columns)
        .replaceWithVoid();
  }

  /**
   * Those that nobody decided about, the latest first.
   *
   * @param device null for all devices of the organisation
   */
  Uni<List<QuarantinedMessage>> page(
      UUID organisation, @Nullable UUID device, Place after, int limit) {
    // Two statements, so that each has its index.
    String ofDevice = device == null ? "" : " AND device_id = $6";
    Tuple values =
        Tuple.tuple()
            .addUUID(organisation)
            .addLong(after.receivedAtMillis())
            .addInteger(after.partition())
            .addLong(after.offset())
            .addInteger(limit);
    return pool.preparedQuery(
            "SELECT "
                + COLUMNS
                + """
                 FROM quarantine_record q
                WHERE organisation_id = $1
                  AND (received_at_ms, q.partition, q.message_offset) < ($2, $3, $4)
                  AND NOT EXISTS (SELECT FROM quarantine_decision d
                    WHERE d.partition = q.partition AND d.message_offset = q.message_offset)\
                """
                + ofDevice
                + " ORDER BY received_at_ms DESC, q.partition DESC, q.message_offset DESC LIMIT $5")
        .execute(device == null ? values : values.addUUID(device))
        .map(
            rows -> {
              List<QuarantinedMessage> messages = new ArrayList<>();
              for (Row row : rows) {
                messages.add(message(row));
              }
              return messages;
            });
  }

  /** How many of a device there are, by what people decided. */
  record Counts(long open, long replayed, long discarded) {}

  Uni<Counts> decided(UUID organisation, UUID device) {
    return pool.preparedQuery(
            """
            SELECT count(*) FILTER (WHERE d.decision IS NULL),
              count(*) FILTER (WHERE d.decision = 1), count(*) FILTER (WHERE d.decision = 2)
            FROM quarantine_record q LEFT JOIN quarantine_decision d
              ON d.partition = q.partition AND d.message_offset = q.message_offset
            WHERE organisation_id = $1 AND device_id = $2\
            """)
        .execute(Tuple.of(organisation, device))
        .map(rows -> rows.iterator().next())
        .map(row -> new Counts(row.getLong(0), row.getLong(1), row.getLong(2)));
  }

  static QuarantinedMessage message(Row row) {
    return new QuarantinedMessage(
        row.getInteger(0),
        row.getLong(1),
        row.getUUID(2),
        row.getUUID(3),
        row.getLong(4),
        row.getInteger(5),
        ByteString.copyFrom(row.getBuffer(6).getBytes()));
  }
}
