package io.pulsewarden.registry.issuer;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * One introduction at a time, of all instances: two that make the next issuing CA of one folder at
 * once would mix one's key with the other's certificate. The lock is a transaction's, so that a
 * crash leaves none.
 */
@ApplicationScoped
class IntroductionLockStore {

  /** Any number, but the same for all instances. Locks are a database's own. */
  static final long LOCK = 0x697373756572L;

  /** While the authority works, and it may be a slow one, the transaction is idle. */
  private static final String PATIENCE =
      "SET LOCAL lock_timeout = '10s'; SET LOCAL idle_in_transaction_session_timeout = '2min'";

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private final Pool pool;

  IntroductionLockStore(Pool pool) {
    this.pool = pool;
  }

  /** Fails with a timeout if others take longer than anybody should. */
  <T> Uni<T> alone(Supplier<Uni<T>> work) {
    return pool.withTransaction(connection -> lock(connection).chain(work::get));
  }

  private static Uni<Void> lock(SqlConnection connection) {
    return connection
        .query(PATIENCE)
        .execute()
        .chain(
            () ->
                connection
                    .preparedQuery("SELECT pg_advisory_xact_lock($1)")
                    .execute(Tuple.of(LOCK)))
        .onFailure(IntroductionLockStore::isTimeout)
        .transform(failure -> new TimeoutException("another introduction goes on"))
        .replaceWithVoid();
  }

  private static boolean isTimeout(Throwable failure) {
    return failure instanceof PgException refused
        && LOCK_NOT_AVAILABLE.equals(refused.getSqlState());
  }
}
