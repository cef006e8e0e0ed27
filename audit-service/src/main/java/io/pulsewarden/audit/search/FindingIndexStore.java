package io.pulsewarden.audit.search;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Which leaves are findings. Derived from the leaves, added to in their transaction. */
@ApplicationScoped
public class FindingIndexStore {

  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Pool pool;

  FindingIndexStore(Pool pool) {
    this.pool = pool;
  }

  /** Adds findings inside the caller's transaction, to every generation of the index. */
  public static Uni<Void> insert(SqlConnection connection, List<IndexedFinding> findings) {
    return insert(
        connection,
        findings,
        "INSERT INTO index_finding (generation, leaf_index, kind, about)"
            + " SELECT generation, $1::bigint, $2::int, $3::bigint FROM index_generation");
  }

  /** Adds findings to one generation of the index, unless they are there. */
  public static Uni<Void> insert(
      SqlConnection connection, List<IndexedFinding> findings, int generation) {
    return insert(
        connection,
        findings,
        "INSERT INTO index_finding (generation, leaf_index, kind, about) VALUES (%d, $1, $2, $3)"
                .formatted(generation)
            + " ON CONFLICT DO NOTHING");
  }

  private static Uni<Void> insert(
      SqlConnection connection, List<IndexedFinding> findings, String sql) {
    if (findings.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<Tuple> rows =
        findings.stream()
            .map(
                one ->
                    Tuple.of(
                        one.leafIndex(),
                        one.finding().getKindValue(),
                        one.finding().getLeafIndex()))
            .toList();
    return connection.preparedQuery(sql).executeBatch(rows).replaceWithVoid();
  }

  /** The newest findings below an index, newest first; blocks. */
  List<EntryIndexStore.Found> before(long leafIndex, int limit) {
    List<EntryIndexStore.Found> found = new ArrayList<>();
    for (Row row :
        pool.preparedQuery(
                """
                SELECT index, value, hash FROM entry_finding JOIN log_leaf ON index = leaf_index
                WHERE leaf_index < $1 ORDER BY leaf_index DESC LIMIT $2\
                """)
            .execute(Tuple.of(leafIndex, limit))
            .await()
            .atMost(PATIENCE)) {
      found.add(
          new EntryIndexStore.Found(
              row.getLong(0), row.getBuffer(1).getBytes(), row.getBuffer(2).getBytes()));
    }
    return found;
  }
}
