package io.pulsewarden.outbox;

import com.google.protobuf.ByteString;
import io.pulsewarden.auditclient.AuditTopic;
import io.pulsewarden.auditclient.ChainState;
import io.pulsewarden.borrowed.BorrowedConnection;
import io.pulsewarden.borrowed.SessionLock;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The relay's side of the tables, on the one connection that holds the relay's lock: if that
 * connection is lost, so is the lock, and nothing here can be done any more. Blocks; one thread.
 */
final class OutboxStore {

  private static final System.Logger LOG = System.getLogger(OutboxStore.class.getName());

  /** Any number, but the same for all instances of a service. Locks are a database's own. */
  static final long LEADER_LOCK = 0x6f7574626f78L;

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int BATCH = 500;

  private final SqlConnection connection;

  /** A row and what it becomes. */
  record Sendable(long id, ProducerRecord<byte[], byte[]> kafkaRecord) {}

  /** A row of kind 1. */
  record Unstamped(long id, ByteString event) {}

  OutboxStore(SqlConnection connection) {
    this.connection = connection;
  }

  /**
   * Whether this session leads from now on. Then the database ends it, and so the lead, when it is
   * silent for so long, in a transaction or out of one: a machine that loses power or is cut off
   * closes no connection, and a frozen process not even its socket.
   */
  boolean lead(Duration silence) {
    RowSet<Row> rows =
        await(
            connection
                .preparedQuery(SessionLock.lockStatement("pg_try_advisory_lock($1)", silence))
                .execute(Tuple.of(LEADER_LOCK)));
    return rows.iterator().next().getBoolean(0);
  }

  void release() {
    await(connection.query(SessionLock.UNLOCK).execute());
  }

  /** Ends the database session, and with it the lock and any transaction. */
  void end() {
    try {
      await(connection.query("SELECT pg_terminate_backend(pg_backend_pid())").execute());
    } catch (RuntimeException ended) {
      // Ended it is: by this, or before. If it is cut off, the database ends it for its silence.
      LOG.log(System.Logger.Level.DEBUG, "outbox session ended", ended);
      BorrowedConnection.drop(connection);
    }
  }

  void begin() {
    await(connection.query("BEGIN").execute());
  }

  /** The row that is first to be sent or stamped; empty if all were. */
  OptionalLong oldest() {
    for (Row row : await(connection.query("SELECT id FROM outbox ORDER BY id LIMIT 1").execute())) {
      return OptionalLong.of(row.getLong(0));
    }
    return OptionalLong.empty();
  }

  void commit() {
    await(connection.query("COMMIT").execute());
  }

  /** The open chain, locked until the transaction ends; empty if there is none. */
  Optional<ChainState> lockChain(ByteString shownCertificate) {
    RowSet<Row> rows =
        await(
            connection
                .query("SELECT incarnation, next_sequence, last_hash FROM audit_chain FOR UPDATE")
                .execute());
    for (Row row : rows) {
      return Optional.of(
          new ChainState(bytes(row, 0), row.getLong(1), bytes(row, 2), shownCertificate));
    }
    return Optional.empty();
  }

  List<Unstamped> unstamped() {
    List<Unstamped> found = new ArrayList<>();
    for (Row row :
        await(
            connection
                .preparedQuery("SELECT id, value FROM outbox WHERE kind = 1 ORDER BY id LIMIT $1")
                .execute(Tuple.of(BATCH)))) {
      found.add(new Unstamped(row.getLong(0), bytes(row, 1)));
    }
    return found;
  }

  /**
   * Puts audit records behind all there are, in order. Events are replaced, not updated: an event
   * whose transaction committed late has an id below records that are ahead of it in the chain.
   */
  void replace(List<Unstamped> events, List<ByteString> records) {
    if (!events.isEmpty()) {
      delete(events.stream().map(Unstamped::id).toList());
    }
    Buffer[] values =
        records.stream().map(value -> Buffer.buffer(value.toByteArray())).toArray(Buffer[]::new);
    await(
        connection
            .preparedQuery(
                """
                INSERT INTO outbox (topic, partition, value, kind)
                SELECT $1, $2, value, 2
                FROM unnest($3::bytea[]) WITH ORDINALITY AS stamped (value, place)
                ORDER BY place""")
            .execute(Tuple.of(AuditTopic.NAME, AuditTopic.PARTITION, values)));
  }

  void openChain(ChainState next) {
    await(
        connection
            .preparedQuery(
                "INSERT INTO audit_chain (incarnation, next_sequence, last_hash)"
                    + " VALUES ($1, $2, $3)")
            .execute(position(next)));
  }

  void advanceChain(ChainState next) {
    RowSet<Row> updated =
        await(
            connection
                .preparedQuery(
                    "UPDATE audit_chain SET next_sequence = $2, last_hash = $3"
                        + " WHERE incarnation = $1")
                .execute(position(next)));
    if (updated.rowCount() != 1) {
      throw new IllegalStateException("the audit chain changed under its lock");
    }
  }

  void closeChain() {
    await(connection.query("DELETE FROM audit_chain").execute());
  }

  /** What can be sent, oldest first. */
  List<Sendable> sendable() {
    List<Sendable> found = new ArrayList<>();
    for (Row row :
        await(
            connection
                .preparedQuery(
                    """
                    SELECT id, topic, partition, record_key, value FROM outbox
                    WHERE kind IN (0, 2) ORDER BY id LIMIT $1""")
                .execute(Tuple.of(BATCH)))) {
      found.add(
          new Sendable(
              row.getLong(0),
              new ProducerRecord<>(
                  row.getString(1),
                  row.getInteger(2),
                  optionalBytes(row, 3),
                  row.getBuffer(4).getBytes())));
    }
    return found;
  }

  void delete(List<Long> ids) {
    await(
        connection
            .preparedQuery("DELETE FROM outbox WHERE id = ANY($1)")
            .execute(Tuple.of(ids.toArray(Long[]::new))));
  }

  private static Tuple position(ChainState state) {
    return Tuple.of(
        Buffer.buffer(state.incarnation().toByteArray()),
        state.nextSequence(),
        Buffer.buffer(state.lastHash().toByteArray()));
  }

  private static byte @Nullable [] optionalBytes(Row row, int column) {
    return row.getValue(column) == null ? null : row.getBuffer(column).getBytes();
  }

  private static ByteString bytes(Row row, int column) {
    return ByteString.copyFrom(row.getBuffer(column).getBytes());
  }

  private static <T> T await(Uni<T> answer) {
    return answer.await().atMost(PATIENCE);
  }
}
