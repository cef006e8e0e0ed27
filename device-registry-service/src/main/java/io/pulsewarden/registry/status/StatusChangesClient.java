package io.pulsewarden.registry.status;

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

/**
 * Hears from the database, on a connection of its own, whose status changed, with the commit that
 * changed it. While it hears nothing, nothing is kept.
 */
@ApplicationScoped
class StatusChangesClient {

  private static final Logger LOG = Logger.getLogger(StatusChangesClient.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final String LISTEN = "LISTEN certificate_status";

  private final Pool pool;
  private final Vertx vertx;
  private final AnswerCache answers;
  private volatile boolean stopped;

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
          later(new IllegalStateException("connection closed"));
        });
    connection
        .query(LISTEN)
        .execute()
        .subscribe()
        .with(done -> answers.informed(true), failure -> postgres.close());
  }

  private void later(Throwable failure) {
    if (!stopped) {
      LOG.debugf("certificate status changes not heard cause=%s", failure.getClass().getName());
      vertx.setTimer(PAUSE.toMillis(), timer -> connect());
    }
  }
}
