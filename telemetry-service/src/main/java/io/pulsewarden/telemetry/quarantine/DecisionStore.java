package io.pulsewarden.telemetry.quarantine;

import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.outbox.OutboxWriter;
import io.pulsewarden.telemetry.explanation.ExplanationStore;
import io.pulsewarden.telemetry.explanation.SealedExplanation;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What people decided about refused input. Thread-safe. */
final class DecisionStore {

  private final Pool pool;

  DecisionStore(Pool pool) {
    this.pool = pool;
  }

  /** What becomes of the input. */
  enum Decision {
    REPLAYED(1),
    DISCARDED(2);

    private final short code;

    Decision(int code) {
      this.code = (short) code;
    }

    /** As the table has it. */
    int code() {
      return code;
    }
  }

  /**
   * Decides, if nobody has yet, puts the rows into the outbox, and keeps what was explained.
   *
   * <p>A crash before the commit leaves the input open and nothing sent. A crash after it leaves
   * the rows in the outbox; should Kafka get one twice, its readings are read once. Of two people
   * at once, one decides.
   *
   * @return whether this was the decision
   */
  Uni<Boolean> decide(
      QuarantinedMessage message,
      Decision decision,
      String user,
      String reason,
      List<OutboxRow> rows,
      Optional<SealedExplanation> explained) {
    return pool.withTransaction(
        connection ->
            insert(connection, message, decision, user, reason)
                .chain(
                    ours ->
                        ours
                            ? OutboxWriter.insert(connection, rows)
                                .chain(() -> ExplanationStore.insert(connection, explained))
                                .replaceWith(true)
                            : Uni.createFrom().item(false)));
  }

  private static Uni<Boolean> insert(
      SqlConnection connection,
      QuarantinedMessage message,
      Decision decision,
      String user,
      String reason) {
    Tuple row =
        Tuple.tuple()
            .addInteger(message.partition())
            .addLong(message.offset())
            .addShort(decision.code)
            .addString(user)
            .addString(reason);
    return connection
        .preparedQuery(
            """
            INSERT INTO quarantine_decision
              (partition, message_offset, decision, decided_by, reason)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING""")
        .execute(row)
        .map(inserted -> inserted.rowCount() == 1);
  }

  /** What was decided already. */
  Uni<Optional<Decision>> of(QuarantinedMessage message) {
    return pool.preparedQuery(
            "SELECT decision FROM quarantine_decision"
                + " WHERE partition = $1 AND message_offset = $2")
        .execute(Tuple.of(message.partition(), message.offset()))
        .map(
            rows -> {
              for (Row row : rows) {
                return Optional.of(row.getShort(0) == 1 ? Decision.REPLAYED : Decision.DISCARDED);
              }
              return Optional.empty();
            });
  }

  /** The input at this place, whether decided about or not. */
  Uni<Optional<QuarantinedMessage>> find(UUID organisation, int partition, long offset) {
    return pool.preparedQuery(
            "SELECT "
                + QuarantineStore.COLUMNS
                + " FROM quarantine_record q WHERE organisation_id = $1"
                + " AND q.partition = $2 AND q.message_offset = $3")
        .execute(Tuple.of(organisation, partition, offset))
        .map(
            rows -> {
              for (Row row : rows) {
                return Optional.of(QuarantineStore.message(row));
              }
              return Optional.empty();
            });
  }
}
