package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which chains are waited for; moves in the log's own transaction. */
final class ChainWatchStore {

  private ChainWatchStore() {}

  static Map<ChainId, ChainWatch.Watched> read(RowStore store) {
    Map<ChainId, ChainWatch.Watched> watched = new HashMap<>();
    for (Row row :
        store.rows(
            "SELECT service, incarnation, last_sequence, last_at_ms, silent FROM chain_watch",
            Tuple.tuple())) {
      watched.put(
          new ChainId(row.getString(0), ByteString.copyFrom(row.getBuffer(1).getBytes())),
          new ChainWatch.Watched(row.getLong(2), row.getLong(3), row.getBoolean(4)));
    }
    return watched;
  }

  static Uni<Void> save(
      SqlConnection connection, Map<ChainId, Optional<ChainWatch.Watched>> changes) {
    List<Tuple> moved = new ArrayList<>();
    List<Tuple> ended = new ArrayList<>();
    changes.forEach(
        (chain, change) -> {
          Buffer incarnation = Buffer.buffer(chain.incarnation().toByteArray());
          change.ifPresentOrElse(
              now ->
                  moved.add(
                      Tuple.of(
                          chain.service(),
                          incarnation,
                          now.lastSequence(),
                          now.lastAtMs(),
                          now.silent())),
              () -> ended.add(Tuple.of(chain.service(), incarnation)));
        });
    return batch(
            connection,
            """
            INSERT INTO chain_watch (service, incarnation, last_sequence, last_at_ms, silent)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (incarnation, service) DO UPDATE
            SET last_sequence = excluded.last_sequence, last_at_ms = excluded.last_at_ms,
                silent = excluded.silent\
            """,
            moved)
        .flatMap(
            done ->
                batch(
                    connection,
                    "DELETE FROM chain_watch WHERE service = $1 AND incarnation = $2",
                    ended));
  }

  private static Uni<Void> batch(SqlConnection connection, String sql, List<Tuple> rows) {
    return rows.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection.preparedQuery(sql).executeBatch(rows).replaceWithVoid();
  }
}
