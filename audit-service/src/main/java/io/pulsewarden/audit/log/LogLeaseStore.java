package io.pulsewarden.audit.log;

import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One instance sequences, the others wait: it saves them from doing the same work. Nothing else
 * depends on it. Blocks.
 */
@ApplicationScoped
class LogLeaseStore {

  private static final long LOCK = 0x6c6f67L;
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Pool pool;

  LogLeaseStore(Pool pool) {
    this.pool = pool;
  }

  /** The lease; closing gives it up. */
  static final class Lease implements AutoCloseable {
    private final SqlConnection connection;

    private Lease(SqlConnection connection) {
      this.connection = connection;
    }

    @Override
    public void close() {
      try {
        connection.query("SELECT pg_advisory_unlock_all()").execute().await().atMost(PATIENCE);
      } finally {
        connection.close().await().atMost(PATIENCE);
      }
    }
  }

  /** Null if another instance has it. */
  @Nullable Lease acquire() {
    SqlConnection connection = pool.getConnection().await().atMost(PATIENCE);
    boolean mine = false;
    try {
      mine =
          connection
              .preparedQuery("SELECT pg_try_advisory_lock($1)")
              .execute(Tuple.of(LOCK))
              .await()
              .atMost(PATIENCE)
              .iterator()
              .next()
              .getBoolean(0);
    } finally {
      if (!mine) {
        connection.close().await().atMost(PATIENCE);
      }
    }
    return mine ? new Lease(connection) : null;
  }
}
