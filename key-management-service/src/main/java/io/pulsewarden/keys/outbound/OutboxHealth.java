package io.pulsewarden.keys.outbound;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Whether events get to Kafka. */
@Readiness
class OutboxHealth implements HealthCheck {

  private final OutboxLifecycle outbox;

  OutboxHealth(OutboxLifecycle outbox) {
    this.outbox = outbox;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("outbox").status(outbox.healthy()).build();
  }
}
