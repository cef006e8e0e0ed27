package io.pulsewarden.keys.pkcs11;

import io.pulsewarden.borrowed.BorrowedConnection;
import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Transaction;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The lock in our own database, which all instances share; a session that ends gives it back. */
@ApplicationScoped
class VersionLockStore implements VersionLock {

  /** Any number of our own; the KEK's hash stands beside it. */
  static final int LOCK = 0x70313176;

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Pool pool;

  VersionLockStore(Pool pool) {
    this.pool = pool;
  }

  @Override
  public <T extends @Nullable Object> T during(KekName kek, Work<T> work)
      throws GeneralSecurityException, IOException {
    SqlConnection connection = borrowed();
    try {
      Transaction transaction = had(connection.begin());
      had(connection.query("SET LOCAL lock_timeout = '3s'").execute());
      // Idle is what it is while the token works, which may take longer than others may be idle.
      had(connection.query("SET LOCAL idle_in_transaction_session_timeout = '60s'").execute());
      had(
          connection
              .preparedQuery("SELECT pg_advisory_xact_lock($1, $2)")
              .execute(Tuple.of(LOCK, kek.hashCode())));
      // A crash from here on: the database gives the lock back, and the token has the version or
      // has not. Whoever comes next looks.
      T done = work.done();
      had(transaction.commit());
      return done;
    } finally {
      // What was not committed is rolled back with it.
      connection.close().subscribe().with(_ -> {}, _ -> {});
    }
  }

  private SqlConnection borrowed() {
    try {
      return BorrowedConnection.take(pool, PATIENCE);
    } catch (RuntimeException away) {
      throw notHad(away);
    }
  }

  private static <T> T had(Uni<T> uni) {
    try {
      return uni.await().atMost(PATIENCE);
    } catch (RuntimeException away) {
      throw notHad(away);
    }
  }

  private static KekUnavailableException notHad(RuntimeException why) {
    return new KekUnavailableException(
        KekFailure.BUSY, "the lock for a KEK's versions can't be had", why);
  }
}
