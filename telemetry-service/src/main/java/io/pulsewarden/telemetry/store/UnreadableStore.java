package io.pulsewarden.telemetry.store;

import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;

/** Keeps messages that nothing can be made of. */
public final class UnreadableStore {

  private UnreadableStore() {}

  /** Adds them in the connection's transaction. */
  public static Uni<Void> insert(
      SqlConnection connection, String topic, int partition, List<UnreadableMessage> messages) {
    if (messages.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Tuple columns =
        Tuple.tuple()
            .addString(topic)
            .addInteger(partition)
            .addValue(messages.stream().map(UnreadableMessage::offset).toArray(Long[]::new))
            .addValue(messages.stream().map(UnreadableMessage::reason).toArray(String[]::new))
            .addValue(
                messages.stream()
                    .map(message -> Buffer.buffer(message.value().toByteArray()))
                    .toArray(Buffer[]::new));
    return connection
        .preparedQuery(
            """
            INSERT INTO unreadable_message (topic, partition, message_offset, reason, value)
            SELECT $1, $2, * FROM unnest($3::bigint[], $4::text[], $5::bytea[])
            ON CONFLICT DO NOTHING""")
        .execute(columns)
        .replaceWithVoid();
  }
}
