package io.pulsewarden.audit.siem;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Says how each stream stands. Never down: a SIEM that is away must not take the log away. */
@Readiness
@ApplicationScoped
class SiemHealth implements HealthCheck {

  private final SiemLifecycle siem;

  SiemHealth(SiemLifecycle siem) {
    this.siem = siem;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder answer = HealthCheckResponse.named("siem streams").up();
    for (SiemStream stream : siem.streams()) {
      answer.withData(stream.destination(), stream.standing().name());
      answer.withData(stream.destination() + ".lag", siem.lag(stream));
    }
    return answer.build();
  }
}
