package io.pulsewarden.keys.kek;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pulsewarden.keys.kek.RetriedKekProvider.Patience;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetriedKekProviderTest {

  private static final KekName NAME = new KekName(UUID.randomUUID(), 0);
  private static final Patience FOUR =
      new Patience(4, Duration.ofMillis(100), Duration.ofMillis(300));

  private final Deque<KekFailure> failures = new ArrayDeque<>();
  private final List<Duration> pauses = new ArrayList<>();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final KekProvider retried =
      new RetriedKekProvider(
          new MeteredKekProvider(new Failing(), metrics),
          FOUR,
          pause -> {
            pauses.add(pause);
            return CompletableFuture.runAsync(() -> {}, Runnable::run);
          },
          new SplittableRandom(1));

  @ParameterizedTest
  @EnumSource(
      value = KekFailure.class,
      names = {"UNREACHABLE", "SEALED", "BUSY"})
  void shouldAskAgainWhereAFailureMayPass(KekFailure passing) throws Exception {
    failures.addAll(List.of(passing, passing, passing));
    assertThat(KekProviderContract.answer(retried.versions(NAME))).isEmpty();
    assertThat(pauses).hasSize(3);
    assertThat(pauses.get(0)).isLessThanOrEqualTo(Duration.ofMillis(100));
    assertThat(pauses.get(1)).isLessThanOrEqualTo(Duration.ofMillis(200));
    assertThat(pauses.get(2)).isLessThanOrEqualTo(Duration.ofMillis(300));
    assertThat(calls("versions", passing.code())).isEqualTo(3);
    assertThat(calls("versions", "ok")).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = KekFailure.class,
      names = {"FORBIDDEN", "NOT_FOUND", "IMPOSSIBLE", "INCOMPLETE"})
  void shouldTakeANoForANo(KekFailure lasting) {
    failures.add(lasting);
    assertThat(KekProviderContract.reason(retried.versions(NAME))).isEqualTo(lasting);
    assertThat(pauses).isEmpty();
    assertThat(calls("versions", lasting.code())).isEqualTo(1);
  }

  @Test
  void shouldGiveUpWithTheLastReason() {
    failures.addAll(List.of(KekFailure.BUSY, KekFailure.BUSY, KekFailure.BUSY, KekFailure.SEALED));
    assertThat(KekProviderContract.reason(retried.versions(NAME))).isEqualTo(KekFailure.SEALED);
    assertThat(failures).isEmpty();
  }

  @Test
  void shouldNotRepeatWhatAJobRepeats() {
    failures.add(KekFailure.BUSY);
    assertThat(KekProviderContract.reason(retried.rotate(NAME))).isEqualTo(KekFailure.BUSY);
    failures.add(KekFailure.BUSY);
    assertThat(KekProviderContract.reason(retried.trim(NAME, 2))).isEqualTo(KekFailure.BUSY);
    failures.add(KekFailure.BUSY);
    assertThat(KekProviderContract.reason(retried.check())).isEqualTo(KekFailure.BUSY);
    assertThat(pauses).isEmpty();
  }

  @Test
  void shouldSpreadThoseWhoFailedTogether() {
    SplittableRandom random = new SplittableRandom(7);
    assertThat(
            java.util.stream.Stream.generate(() -> FOUR.pauseAfter(2, random))
                .limit(100)
                .distinct()
                .count())
        .isGreaterThan(30);
  }

  private long calls(String operation, String outcome) {
    return metrics
        .get("pulsewarden.kek.calls")
        .tags("operation", operation, "outcome", outcome)
        .timer()
        .count();
  }

  /** Fails as long as it is told to. */
  private final class Failing implements KekProvider {

    private <T> CompletionStage<T> next(T answer) {
      KekFailure failure = failures.poll();
      return failure == null
          ? CompletableFuture.completedFuture(answer)
          : CompletableFuture.failedFuture(new KekUnavailableException(failure, "told to", null));
    }

    @Override
    public CompletionStage<List<Wrapped>> wrap(List<ToWrap> keys) {
      return next(List.of());
    }

    @Override
    public CompletionStage<List<Unwrapped>> unwrap(List<ToUnwrap> keys) {
      return next(List.of());
    }

    @Override
    public CompletionStage<List<KekVersion>> missing(List<KekVersion> versions) {
      return next(List.of());
    }

    @Override
    public CompletionStage<Optional<Versions>> versions(KekName kek) {
      return next(Optional.empty());
    }

    @Override
    public CompletionStage<KekVersion> rotate(KekName kek) {
      return next(new KekVersion(kek, 2));
    }

    @Override
    public CompletionStage<Void> trim(KekName kek, int oldestKept) {
      return next("").thenAccept(_ -> {});
    }

    @Override
    public CompletionStage<Void> check() {
      return next("").thenAccept(_ -> {});
    }
  }
}
