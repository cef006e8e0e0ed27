package io.pulsewarden.audit.retention;

import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Statements of what was pruned, and what could be. Blocks. */
@ApplicationScoped
class RetentionStore {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Pool pool;

  RetentionStore(Pool pool) {
    this.pool = pool;
  }

  /** By the times at which checkpoints were stored, and by the database's clock. */
  Prunable prunable(Duration keep) {
    Row row =
        query(
                """
                SELECT covered_before(c.cutoff), c.cutoff FROM (SELECT
                    date_trunc('second', now() - make_interval(secs => $1)) AS cutoff) c\
                """,
                Tuple.of((double) keep.toSeconds()))
            .iterator()
            .next();
    return new Prunable(row.getLong(0), row.getOffsetDateTime(1).toInstant());
  }

  /** The largest minimum index that was signed. */
  OptionalLong minimum() {
    Long minimum =
        query("SELECT max(minimum) FROM log_pruning", Tuple.tuple()).iterator().next().getLong(0);
    return minimum == null ? OptionalLong.empty() : OptionalLong.of(minimum);
  }

  /** The newest statement. */
  Optional<String> note() {
    RowSet<Row> rows =
        query("SELECT note FROM log_pruning ORDER BY minimum DESC LIMIT 1", Tuple.tuple());
    return rows.size() == 0 ? Optional.empty() : Optional.of(rows.iterator().next().getString(0));
  }

  /** Stores a statement. Another instance may have stored one of the same; its own stays. */
  void store(long minimum, String note) {
    query(
        "INSERT INTO log_pruning (minimum, note) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        Tuple.of(minimum, note));
  }

  private RowSet<Row> query(String sql, Tuple parameters) {
    return pool.preparedQuery(sql).execute(parameters).await().atMost(PATIENCE);
  }
}
