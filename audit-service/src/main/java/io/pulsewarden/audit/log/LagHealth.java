package io.pulsewarden.audit.log;

import io.smallrye.health.api.Wellness;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * Whether the log keeps up with its topic. Not part of readiness: a service that is behind has to
 * go on, and what it serves is true.
 */
@Wellness
@ApplicationScoped
class LagHealth implements HealthCheck {

  private final TrimmingLifecycle trimming;

  LagHealth(TrimmingLifecycle trimming) {
    this.trimming = trimming;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("audit topic")
        .status(!trimming.isAlarming())
        .withData("records not in the log yet", trimming.lag())
        .build();
  }
}
