package io.pulsewarden.registry.status;

import io.pulsewarden.registry.budget.MinuteBudget;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What of signing anybody may cause: anybody may ask, and an answer to a nonce is good for nobody
 * else. So many signatures a minute for a network, and for all together so many at once and so many
 * that wait. Thread-safe.
 */
@ApplicationScoped
class AnswerLimits {

  private final MinuteBudget<String> each;
  private final BoundedWork all;
  private final StatusMetrics metrics;

  @Inject
  AnswerLimits(StatusSettings settings, StatusMetrics metrics, Clock clock) {
    this(
        new MinuteBudget<>(settings.signaturesPerMinute(), clock),
        new BoundedWork(settings.signaturesAtOnce(), settings.signaturesWaiting()),
        metrics);
  }

  AnswerLimits(MinuteBudget<String> each, BoundedWork all, StatusMetrics metrics) {
    this.each = each;
    this.all = all;
    this.metrics = metrics;
  }

  /** The signed answer; empty if there is none to be had now. */
  Uni<Optional<StatusAnswer>> sign(String network, Supplier<Uni<StatusAnswer>> signing) {
    if (!each.take(network)) {
      metrics.tryLater(StatusMetrics.Busy.NETWORK);
      return Uni.createFrom().item(Optional.empty());
    }
    return all.run(signing)
        .invoke(
            answer -> {
              if (answer.isEmpty()) {
                metrics.tryLater(StatusMetrics.Busy.SIGNING);
              }
            });
  }
}
