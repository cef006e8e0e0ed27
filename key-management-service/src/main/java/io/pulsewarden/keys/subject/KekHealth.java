package io.pulsewarden.keys.subject;

import io.pulsewarden.keys.kek.KekUnavailableException;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Whether the KEK provider works and has what the database needs. For people, and for who begins:
 * traffic comes whatever it says, since keys in memory are handed out, and evictions taken, without
 * a provider.
 */
@Readiness
class KekHealth implements AsyncHealthCheck {

  private static final String NAME = "kek-provider";
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final String UP = "";

  private final SubjectKeys keys;

  KekHealth(SubjectKeys keys) {
    this.keys = keys;
  }

  @Override
  public Uni<HealthCheckResponse> call() {
    return reason(keys::providerWorks, KekHealth::reason)
        .chain(
            wrong ->
                wrong.equals(UP)
                    ? reason(keys::inventoryHolds, this::ofInventory)
                    : Uni.createFrom().item(wrong))
        .map(wrong -> wrong.equals(UP) ? HealthCheckResponse.up(NAME) : down(wrong));
  }

  private static Uni<String> reason(
      Supplier<CompletionStage<Void>> asked, Function<Throwable, String> reason) {
    return Uni.createFrom()
        .completionStage(asked)
        .map(_ -> UP)
        .ifNoItem()
        .after(PATIENCE)
        .fail()
        .onFailure()
        .recoverWithItem(reason);
  }

  private static HealthCheckResponse down(String reason) {
    return HealthCheckResponse.named(NAME).down().withData("reason", reason).build();
  }

  static String reason(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return switch (cause) {
      case KekUnavailableException unavailable -> unavailable.reason().code();
      case TimeoutException _ -> "no-answer";
      case null, default -> "broken";
    };
  }

  /**
   * A look that did not end says nothing against what was seen before. Of a database that is away
   * its own check tells, unless it was never seen.
   */
  private String ofInventory(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof KekUnavailableException unavailable) {
      return unavailable.reason().code();
    }
    return keys.inventoryHeld() ? UP : "database";
  }
}
