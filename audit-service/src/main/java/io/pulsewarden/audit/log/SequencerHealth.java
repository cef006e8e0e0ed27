package io.pulsewarden.audit.log;

import io.pulsewarden.auditclient.AuditTrail;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when the log moves, and when what is read can be audited. */
@Readiness
@ApplicationScoped
class SequencerHealth implements HealthCheck {

  private final SequencerLifecycle sequencer;
  private final AuditTrail trail;

  SequencerHealth(SequencerLifecycle sequencer, AuditTrail trail) {
    this.sequencer = sequencer;
    this.trail = trail;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("audit log")
        .status(sequencer.standing().isReady() && trail.healthy())
        .withData("sequencer", sequencer.standing().name())
        .withData("trail", trail.healthy())
        .build();
  }
}
