package io.pulsewarden.audit.log;

import io.pulsewarden.borrowed.SessionLock;
import io.vertx.mutiny.sqlclient.Pool;
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

  /** Null if another instance has it; closing gives it up. */
  @Nullable SessionLock acquire() {
    return SessionLock.tryTake(pool, "pg_try_advisory_lock($1)", Tuple.of(LOCK), PATIENCE);
  }
}
