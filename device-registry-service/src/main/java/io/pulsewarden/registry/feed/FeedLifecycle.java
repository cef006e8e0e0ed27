package io.pulsewarden.registry.feed;

import io.pulsewarden.auditclient.HeadSigner;
import io.pulsewarden.auditclient.ProducerIdentity;
import io.pulsewarden.outbox.OutboxRelay;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Runs the outbox's relay for as long as the service runs. */
@ApplicationScoped
class FeedLifecycle {

  private static final String SERVICE = "device-registry-service";

  private final Pool pool;
  private final Map<String, Object> kafka;
  private final Path tls;
  private final Clock clock;
  private volatile @Nullable OutboxRelay relay;

  FeedLifecycle(
      Pool pool,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      @ConfigProperty(name = "pulsewarden.tls.dir") Path tls,
      Clock clock) {
    this.pool = pool;
    this.kafka = kafka;
    this.tls = tls;
    this.clock = clock;
  }

  void start(@Observes StartupEvent event) {
    HeadSigner heads = HeadSigner.fromPem(tls.resolve("service.crt"), tls.resolve("service.key"));
    relay = OutboxRelay.start(pool, kafka, new ProducerIdentity(SERVICE, heads), clock);
  }

  void stop(@Observes ShutdownEvent event) {
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
