package io.pulsewarden.telemetry.store;

import io.smallrye.health.api.Wellness;
import jakarta.inject.Singleton;
import java.util.SortedMap;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/**
 * Whether everything that stores what Kafka has still runs: one that ended would leave readings in
 * Kafka that nobody sees. Not part of readiness: another instance has its partitions by then.
 */
@Wellness
@Singleton
class StoreHealth implements HealthCheck {

  private final StoreThreads threads;

  StoreHealth(StoreThreads threads) {
    this.threads = threads;
  }

  @Override
  public HealthCheckResponse call() {
    SortedMap<String, Boolean> alive = threads.alive();
    HealthCheckResponseBuilder answer = HealthCheckResponse.named("store");
    alive.forEach(answer::withData);
    return answer.status(!alive.containsValue(false)).build();
  }
}
