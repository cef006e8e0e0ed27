package io.pulsewarden.registry.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pulsewarden.registry.budget.MinuteBudget;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AnswerLimitsTest {

  private static final StatusAnswer SIGNED = StatusAnswer.error(new byte[] {1});
  private static final Optional<StatusAnswer> NOT_YET = Optional.of(SIGNED);

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final MovedClock clock = new MovedClock();
  private final AnswerLimits limits =
      new AnswerLimits(
          new MinuteBudget<>(3, clock), new BoundedWork(1, 1), new StatusMetrics(registry));
  private final CompletableFuture<StatusAnswer> signature = new CompletableFuture<>();

  @Test
  void shouldSignSoManyForANetworkInAMinute() {
    signature.complete(SIGNED);
    for (int i = 0; i < 3; i++) {
      assertThat(ask("one").getNow(Optional.empty())).contains(SIGNED);
    }

    assertThat(ask("one").getNow(NOT_YET)).isEmpty();
    assertThat(ask("another").getNow(Optional.empty())).contains(SIGNED);
    assertThat(counted("network")).isEqualTo(1);
    assertThat(counted("signing")).isZero();
    clock.pass(Duration.ofMinutes(1));
    assertThat(ask("one").getNow(Optional.empty())).contains(SIGNED);
  }

  @Test
  void shouldSignSoManyAtOnceForAll() {
    CompletableFuture<Optional<StatusAnswer>> begun = ask("one");
    CompletableFuture<Optional<StatusAnswer>> waits = ask("another");

    assertThat(ask("a third").getNow(NOT_YET)).isEmpty();
    assertThat(counted("signing")).isEqualTo(1);
    assertThat(counted("network")).isZero();
    assertThat(begun).isNotDone();
    assertThat(waits).isNotDone();
    signature.complete(SIGNED);
    assertThat(begun.getNow(Optional.empty())).contains(SIGNED);
    assertThat(waits.getNow(Optional.empty())).contains(SIGNED);
    assertThat(ask("a third").getNow(Optional.empty())).contains(SIGNED);
  }

  private CompletableFuture<Optional<StatusAnswer>> ask(String network) {
    return limits
        .sign(network, () -> Uni.createFrom().completionStage(() -> signature.copy()))
        .subscribeAsCompletionStage();
  }

  private double counted(String limit) {
    return registry.counter(StatusMetrics.TRY_LATER, "limit", limit).count();
  }
}
