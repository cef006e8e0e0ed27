package io.pulsewarden.telemetry.store;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Lets leaves go that are not kept any more, once an hour. */
@Singleton
class RangeLeavesLifecycle {

  private static final Logger LOG = Logger.getLogger(RangeLeavesLifecycle.class);
  private static final Duration EACH = Duration.ofHours(1);

  private final Vertx vertx;
  private final RangeLeavesStore leaves;
  private final Duration kept;
  private volatile long timer;

  RangeLeavesLifecycle(
      Vertx vertx,
      RangeLeavesStore leaves,
      @ConfigProperty(name = StoreConfiguration.LEAVES_KEPT, defaultValue = "90d") Duration kept) {
    this.vertx = vertx;
    this.leaves = leaves;
    this.kept = kept;
  }

  void start(@Observes StartupEvent started) {
    timer = vertx.setPeriodic(EACH.toMillis(), _ -> prune());
  }

  void stop(@Observes ShutdownEvent stopping) {
    vertx.cancelTimer(timer);
  }

  private void prune() {
    Multi.createBy()
        .repeating()
        .uni(() -> leaves.prune(kept))
        .whilst(more -> more)
        .collect()
        .last()
        .subscribe()
        .with(
            _ -> {},
            failure ->
                LOG.warnf("leaves of old ranges stay: error=%s", failure.getClass().getName()));
  }
}
