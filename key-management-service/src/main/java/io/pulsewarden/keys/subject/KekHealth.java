package io.pulsewarden.keys.subject;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Whether the KEK provider works and has what the database needs. */
@Readiness
class KekHealth implements AsyncHealthCheck {

  private static final String NAME = "kek-provider";
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final SubjectKeys keys;

  KekHealth(SubjectKeys keys) {
    this.keys = keys;
  }

  @Override
  public Uni<HealthCheckResponse> call() {
    return Uni.createFrom()
        .completionStage(keys::verify)
        .map(_ -> HealthCheckResponse.up(NAME))
        .ifNoItem()
        .after(PATIENCE)
        .fail()
        .onFailure()
        .recoverWithItem(() -> HealthCheckResponse.down(NAME));
  }
}
