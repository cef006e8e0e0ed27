package io.pulsewarden.audit.connection;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.health.api.HealthGroup;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * Whether requests may come: from when the database was there once. What all instances share must
 * not take all of them out of their service: without Kafka no record comes and nothing that has to
 * be recorded is shown, but checkpoint, tiles and proofs need the database alone.
 */
@HealthGroup("traffic")
@ApplicationScoped
class TrafficHealth implements AsyncHealthCheck {

  private static final String NAME = "traffic";
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Pool pool;
  private volatile boolean seen;

  TrafficHealth(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<HealthCheckResponse> call() {
    return seen
        ? Uni.createFrom().item(HealthCheckResponse.up(NAME))
        : pool.query("SELECT 1")
            .execute()
            .invoke(() -> seen = true)
            .map(_ -> HealthCheckResponse.up(NAME))
            .ifNoItem()
            .after(PATIENCE)
            .fail()
            .onFailure()
            .recoverWithItem(HealthCheckResponse.down(NAME));
  }
}
