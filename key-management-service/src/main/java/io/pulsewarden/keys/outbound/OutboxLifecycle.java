package io.pulsewarden.keys.outbound;

import io.pulsewarden.auditclient.HeadSigner;
import io.pulsewarden.auditclient.ProducerIdentity;
import io.pulsewarden.outbox.OutboxRelay;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Runs the outbox's relay while the service runs. */
@Singleton
class OutboxLifecycle {

  private static final String SERVICE = "key-management-service";

  private @Nullable OutboxRelay relay;

  void start(
      @Observes StartupEvent started,
      Pool pool,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      @ConfigProperty(name = "pulsewarden.tls.dir") Path tls,
      Clock clock) {
    HeadSigner heads = HeadSigner.fromPem(tls.resolve("service.crt"), tls.resolve("service.key"));
    relay = OutboxRelay.start(pool, kafka, new ProducerIdentity(SERVICE, heads), clock);
  }

  void stop(@Observes ShutdownEvent stopping) {
    if (relay != null) {
      relay.close();
    }
  }

  boolean healthy() {
    return relay != null && relay.healthy();
  }
}
