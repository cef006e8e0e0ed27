package io.pulsewarden.outbox;

import com.google.protobuf.ByteString;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes rows of the outbox inside the caller's transaction. */
public final class OutboxWriter {

  /** Topic, partition, key, value, kind. For those who write through Hibernate as well. */
  public static final String INSERT =
      "INSERT INTO outbox (topic, partition, record_key, value, kind) VALUES ($1, $2, $3, $4, $5)";

  private OutboxWriter() {}

  /** Adds these rows, in this order, to the connection's current transaction. */
  public static Uni<Void> insert(SqlConnection connection, List<OutboxRow> rows) {
    if (rows.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<Tuple> tuples = rows.stream().map(OutboxWriter::tuple).toList();
    return connection.preparedQuery(INSERT).executeBatch(tuples).replaceWithVoid();
  }

  private static Tuple tuple(OutboxRow row) {
    return Tuple.tuple()
        .addString(row.topic())
        .addInteger(row.partition())
        .addValue(buffer(row.key()))
        .addValue(buffer(row.value()))
        .addShort(row.kind().code());
  }

  static @Nullable Buffer buffer(@Nullable ByteString bytes) {
    return bytes == null ? null : Buffer.buffer(bytes.toByteArray());
  }
}
