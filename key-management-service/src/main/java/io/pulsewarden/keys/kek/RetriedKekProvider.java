package io.pulsewarden.keys.kek;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Asks again, a few times and later each time, when a failure may pass; never when the provider
 * said no. Pauses are random from nothing up to a limit that doubles, so that many who failed
 * together do not come back together. {@code rotate} and {@code trim} are not repeated: jobs do
 * that. Thread-safe.
 */
final class RetriedKekProvider implements KekProvider {

  /**
   * When to give up.
   *
   * @param attempts in all
   * @param firstPause the longest first pause; the following ones may be twice the one before
   * @param longestPause where doubling ends
   */
  record Patience(int attempts, Duration firstPause, Duration longestPause) {

    Patience {
      if (attempts < 1 || firstPause.isNegative() || longestPause.compareTo(firstPause) < 0) {
        throw new IllegalArgumentException("attempts from 1, pauses that grow");
      }
    }

    Duration pauseAfter(int attempt, RandomGenerator random) {
      final int most = 20;
      long limit =
          Math.min(longestPause.toMillis(), firstPause.toMillis() << Math.min(most, attempt - 1));
      return Duration.ofMillis(random.nextLong(limit + 1));
    }
  }

  /** Completes when the pause is over. */
  interface Pause {
    CompletionStage<Void> of(Duration duration);
  }

  private final KekProvider provider;
  private final Patience patience;
  private final Pause pause;
  private final RandomGenerator random;

  RetriedKekProvider(KekProvider provider, Patience patience, Pause pause, RandomGenerator random) {
    this.provider = provider;
    this.patience = patience;
    this.pause = pause;
    this.random = random;
  }

  @Override
  public CompletionStage<List<Wrapped>> wrap(List<ToWrap> keys) {
    return attempt(1, () -> provider.wrap(keys));
  }

  @Override
  public CompletionStage<List<Unwrapped>> unwrap(List<ToUnwrap> keys) {
    return attempt(1, () -> provider.unwrap(keys));
  }

  @Override
  public CompletionStage<List<KekVersion>> missing(List<KekVersion> versions) {
    return attempt(1, () -> provider.missing(versions));
  }

  @Override
  public CompletionStage<Optional<Versions>> versions(KekName kek) {
    return attempt(1, () -> provider.versions(kek));
  }

  @Override
  public CompletionStage<KekVersion> rotate(KekName kek) {
    return provider.rotate(kek);
  }

  @Override
  public CompletionStage<Void> trim(KekName kek, int oldestKept) {
    return provider.trim(kek, oldestKept);
  }

  /** Once: a probe comes again by itself, and wants to know about now. */
  @Override
  public CompletionStage<Void> check() {
    return provider.check();
  }

  private <T> CompletionStage<T> attempt(int number, Supplier<CompletionStage<T>> work) {
    return work.get()
        .exceptionallyCompose(
            failure ->
                mayPass(failure) && number < patience.attempts()
                    ? pause
                        .of(patience.pauseAfter(number, random))
                        .thenCompose(_ -> attempt(number + 1, work))
                    : CompletableFuture.failedStage(failure));
  }

  private static boolean mayPass(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof KekUnavailableException unavailable && unavailable.reason().isPassing();
  }
}
