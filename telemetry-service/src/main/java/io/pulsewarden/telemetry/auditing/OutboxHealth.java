package io.pulsewarden.telemetry.auditing;

import io.smallrye.health.api.Wellness;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * Tells whether events get to Kafka, whichever instance sends them. Not part of readiness: the
 * outbox keeps what it has to say.
 */
@Wellness
@ApplicationScoped
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
