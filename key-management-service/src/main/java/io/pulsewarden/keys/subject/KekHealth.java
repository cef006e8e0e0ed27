package io.pulsewarden.keys.subject;

import io.pulsewarden.keys.kek.KekUnavailableException;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.CompletionException;
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
        .recoverWithItem(() -> down("no-answer"))
        .onFailure()
        .recoverWithItem(failure -> down(reason(failure)));
  }

  private static HealthCheckResponse down(String reason) {
    return HealthCheckResponse.named(NAME).down().withData("reason", reason).build();
  }

  /** What is not the provider's failure is the database's, which says so itself as well. */
  static String reason(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof KekUnavailableException unavailable
        ? unavailable.reason().code()
        : "database";
  }
}
