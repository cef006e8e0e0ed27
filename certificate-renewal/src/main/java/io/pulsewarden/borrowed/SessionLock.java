package io.pulsewarden.borrowed;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An advisory lock of a database session, so that one instance of several does some work. Its
 * holder has to be heard: a machine that loses power, or a network that is cut, closes no
 * connection, and a frozen process answers the kernel's probes. So the holder speaks on the session
 * every few seconds, and the database ends a session that says nothing for {@link #SILENCE}. The
 * holder of a lock that was lost so is not told: what is done under it must bear two at once. Takes
 * one connection of the pool. Blocks. Thread-safe.
 */
public final class SessionLock implements AutoCloseable {

  /** How long a session that holds a lock may be silent. */
  public static final Duration SILENCE = Duration.ofSeconds(15);

  /** Gives back every lock of a session, and lets it be as silent as it was allowed to be. */
  public static final String UNLOCK =
      "SELECT pg_advisory_unlock_all(); RESET idle_session_timeout;"
          + " RESET idle_in_transaction_session_timeout";

  private static final System.Logger LOG = System.getLogger(SessionLock.class.getName());
  private static final int OFTENER = 4;

  private final SqlConnection connection;
  private final Duration patience;
  private final Duration pause;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread voice = Thread.ofVirtual().name("session-lock").unstarted(this::speak);

  private SessionLock(SqlConnection connection, Duration silence, Duration patience) {
    this.connection = connection;
    this.patience = patience;
    this.pause = silence.dividedBy(OFTENER);
  }

  /**
   * The lock; null if another session has it.
   *
   * @param function a call of {@code pg_try_advisory_lock} with the key's parameters
   * @param patience for each answer of pool and database
   */
  public static @Nullable SessionLock tryTake(
      Pool pool, String function, Tuple key, Duration patience) {
    return tryTake(pool, function, key, patience, SILENCE);
  }

  static @Nullable SessionLock tryTake(
      Pool pool, String function, Tuple key, Duration patience, Duration silence) {
    SqlConnection connection = BorrowedConnection.take(pool, patience);
    boolean answered = false;
    boolean mine = false;
    try {
      mine =
          connection
              .preparedQuery(lockStatement(function, silence))
              .execute(key)
              .await()
              .atMost(patience)
              .iterator()
              .next()
              .getBoolean(0);
      answered = true;
    } finally {
      if (!answered) {
        // It may have the lock, and nobody who gives it back.
        BorrowedConnection.drop(connection);
      }
      if (!mine) {
        connection.close().await().atMost(patience);
      }
    }
    return mine ? held(connection, silence, patience) : null;
  }

  /**
   * Takes a lock, and from then on lets the database end this session when it is silent, in a
   * transaction or out of one; {@link #UNLOCK} undoes both. Its result is a boolean, whether there
   * is the lock. For whoever speaks often on the session by itself.
   *
   * @param function as in {@link #tryTake}
   */
  public static String lockStatement(String function, Duration silence) {
    String limit = "', '" + silence.toMillis() + "', false)";
    return "SELECT CASE WHEN "
        + function
        + " THEN set_config('idle_session_timeout"
        + limit
        + " = set_config('idle_in_transaction_session_timeout"
        + limit
        + " ELSE false END";
  }

  private static SessionLock held(SqlConnection connection, Duration silence, Duration patience) {
    SessionLock lock = new SessionLock(connection, silence, patience);
    lock.voice.start();
    return lock;
  }

  private void speak() {
    try {
      while (!stop.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
        answer(connection.query("SELECT 1").execute());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException unanswered) {
      // The session is at its end, and the lock with it: another instance takes it.
      LOG.log(System.Logger.Level.WARNING, "a lock's database session is lost", unanswered);
      BorrowedConnection.drop(connection);
    }
  }

  @Override
  public void close() {
    stop.countDown();
    boolean unlocked = false;
    try {
      // Nothing of it may be said on a connection that is somebody else's by then.
      voice.join();
      answer(connection.query(UNLOCK).execute());
      unlocked = true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      if (!unlocked) {
        BorrowedConnection.drop(connection);
      }
      answer(connection.close());
    }
  }

  private <T> T answer(Uni<T> asked) {
    return asked.await().atMost(patience);
  }
}
