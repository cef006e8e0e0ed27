package io.pulsewarden.registry.status;

import io.pulsewarden.borrowed.BorrowedConnection;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.pgclient.PgConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Hears from the database, on a connection of its own, whose status changed, with the commit that
 * changed it. While it hears nothing, nothing is kept: also when the connection is cut and nobody
 * says so, which shows in a question that is not answered.
 */
@ApplicationScoped
class StatusChangesClient {

  private static final Logger LOG = Logger.getLogger(StatusChangesClient.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** With the pause, how long a certificate is called good that was revoked meanwhile. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final String LISTEN = "LISTEN certificate_status";

  private final Pool pool;
  private final Vertx vertx;
  private final AnswerCache answers;
  private volatile boolean stopped;
  private volatile @Nullable SqlConnection heard;

  StatusChangesClient(Pool pool, Vertx vertx, AnswerCache answers) {
    this.pool = pool;
    this.vertx = vertx;
    this.answers = answers;
  }

  void start(@Observes StartupEvent event) {
    connect();
  }

  void stop(@Observes ShutdownEvent event) {
    stopped = true;
  }

  private void connect() {
    if (stopped) {
      return;
    }
    pool.getConnection().subscribe().with(this::listen, this::later);
  }

  private void listen(SqlConnection connection) {
    if (!(connection.getDelegate() instanceof PgConnection postgres)) {
      throw new IllegalStateException("not a connection to PostgreSQL");
    }
    postgres.notificationHandler(
        notification -> answers.changed(UUID.fromString(notification.getPayload())));
    postgres.closeHandler(
        closed -> {
          answers.informed(false);
          heard = null;
          later(new IllegalStateException("connection closed"));
        });
    ask(
        connection,
        LISTEN,
        () -> {
          heard = connection;
          answers.informed(true);
          askAgain(connection);
        });
  }

  private void askAgain(SqlConnection connection) {
    vertx.setTimer(
        PAUSE.toMillis(),
        timer -> {
          if (connection.equals(heard)) {
            ask(connection, "SELECT 1", () -> askAgain(connection));
          }
        });
  }

  /** Without an answer the connection ends, and another is opened. */
  private void ask(SqlConnection connection, String sql, Runnable answered) {
    connection
        .query(sql)
        .execute()
        .ifNoItem()
        .after(PATIENCE)
        .fail()
        .subscribe()
        .with(rows -> answered.run(), failure -> lost(connection));
  }

  private void lost(SqlConnection connection) {
    if (connection.equals(heard)) {
      answers.informed(false);
    }
    BorrowedConnection.drop(connection);
  }

  private void later(Throwable failure) {
    if (!stopped) {
      LOG.debugf("certificate status changes not heard cause=%s", failure.getClass().getName());
      vertx.setTimer(PAUSE.toMillis(), timer -> connect());
    }
  }
}
