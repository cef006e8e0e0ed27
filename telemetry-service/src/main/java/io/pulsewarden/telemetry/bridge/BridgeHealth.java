package io.pulsewarden.telemetry.bridge;

import io.smallrye.health.api.Wellness;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/**
 * How many connections to each broker stand. Wellness, not readiness: a site whose broker is down
 * must not take the endpoint from everybody else's devices.
 */
@Wellness
@Singleton
class BridgeHealth implements HealthCheck {

  private final BridgeLifecycle bridges;

  BridgeHealth(BridgeLifecycle bridges) {
    this.bridges = bridges;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder answer = HealthCheckResponse.named("broker bridge");
    boolean up = true;
    for (BridgedBroker broker : bridges.brokers()) {
      long open = bridges.open(broker);
      up &= open > 0;
      answer.withData(broker.name(), open);
    }
    return answer.status(up).build();
  }
}
