package io.pulsewarden.keys.feed;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The heartbeat, while the service runs. */
@Singleton
class HeartbeatLifecycle {

  private @Nullable HeartbeatPublisher publisher;

  void start(
      @Observes StartupEvent started,
      Pool pool,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      Clock clock) {
    HeartbeatPublisher beating = new HeartbeatPublisher(pool, kafka, clock);
    beating.start();
    publisher = beating;
  }

  void stop(@Observes ShutdownEvent stopping) {
    if (publisher != null) {
      publisher.close();
    }
  }
}
