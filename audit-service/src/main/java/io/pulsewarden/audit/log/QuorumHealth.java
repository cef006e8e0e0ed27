package io.pulsewarden.audit.log;

import io.smallrye.health.api.Wellness;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * Whether checkpoints get their quorum, and no witness says that this is another log. Not part of
 * readiness: without witnesses the log goes on taking entries and shows what was published before,
 * which is better than showing nothing.
 */
@Wellness
@ApplicationScoped
class QuorumHealth implements HealthCheck {

  private final CosigningLifecycle cosigning;

  QuorumHealth(CosigningLifecycle cosigning) {
    this.cosigning = cosigning;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("witnesses")
        .status(!cosigning.isAlarming() && cosigning.accusations().isEmpty())
        .withData("quorum", cosigning.quorum())
        .withData(
            "quorum not reached since", cosigning.missedSince().map(Object::toString).orElse("-"))
        .withData("accused by", String.join(", ", cosigning.accusations()))
        .build();
  }
}
