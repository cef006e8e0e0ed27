package io.pulsewarden.telemetry.auditing;

import io.pulsewarden.auditclient.ProducerIdentity;
import io.pulsewarden.outbox.OutboxRelay;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Starts the relay of the outbox with the service, and ends it with it. */
@ApplicationScoped
class OutboxLifecycle {

  @Inject Pool pool;
  @Inject ProducerIdentity identity;
  @Inject Clock clock;

  @Inject
  @Identifier("default-kafka-broker")
  Map<String, Object> kafka;

  private volatile @Nullable OutboxRelay relay;

  void start(@Observes StartupEvent started) {
    relay = OutboxRelay.start(pool, kafka, identity, clock);
  }

  void stop(@Observes ShutdownEvent stopping) {
    OutboxRelay running = relay;
    if (running != null) {
      running.close();
    }
  }

  /** Whether what is committed also leaves. */
  boolean healthy() {
    OutboxRelay running = relay;
    return running != null && running.healthy();
  }
}
