package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The log's database, asked and waited for. Blocks; thread-safe. */
final class RowStore {

  private final Pool pool;
  private final Duration patience;

  /**
   * @param patience for one answer; what it is that did not answer may go on all the same
   */
  RowStore(Pool pool, Duration patience) {
    this.pool = pool;
    this.patience = patience;
  }

  List<Row> rows(String sql, Tuple parameters) {
    RowSet<Row> answer = await(pool.preparedQuery(sql).execute(parameters));
    List<Row> rows = new ArrayList<>(answer.size());
    answer.forEach(rows::add);
    return rows;
  }

  Optional<Row> first(String sql, Tuple parameters) {
    return rows(sql, parameters).stream().findFirst();
  }

  /**
   * One transaction: it ends with the work, and is undone if that fails. Where patience runs out,
   * nobody knows: it may be committed at any time later.
   */
  <T> T inTransaction(Function<SqlConnection, Uni<T>> work) {
    return await(pool.withTransaction(work));
  }

  static ByteString bytes(Row row, int column) {
    return ByteString.copyFrom(row.getBuffer(column).getBytes());
  }

  static Buffer buffer(ByteString bytes) {
    return Buffer.buffer(bytes.toByteArray());
  }

  private <T> T await(Uni<T> answer) {
    return answer.await().atMost(patience);
  }
}
