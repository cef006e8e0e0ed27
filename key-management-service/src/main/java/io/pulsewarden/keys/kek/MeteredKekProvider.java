package io.pulsewarden.keys.kek;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times calls: {@code pulsewarden.kek.calls} by operation and outcome ({@code ok} or the
 * failure's code), {@code pulsewarden.kek.keys} by operation. Thread-safe.
 */
final class MeteredKekProvider implements KekProvider {

  private static final String CALLS = "pulsewarden.kek.calls";
  private static final String KEYS = "pulsewarden.kek.keys";

  private final KekProvider provider;
  private final MeterRegistry metrics;

  MeteredKekProvider(KekProvider provider, MeterRegistry metrics) {
    this.provider = provider;
    this.metrics = metrics;
  }

  @Override
  public CompletionStage<List<Wrapped>> wrap(List<ToWrap> keys) {
    metrics.counter(KEYS, "operation", "wrap").increment(keys.size());
    return timed("wrap", () -> provider.wrap(keys));
  }

  @Override
  public CompletionStage<List<Unwrapped>> unwrap(List<ToUnwrap> keys) {
    metrics.counter(KEYS, "operation", "unwrap").increment(keys.size());
    return timed("unwrap", () -> provider.unwrap(keys));
  }

  @Override
  public CompletionStage<List<KekVersion>> missing(List<KekVersion> versions) {
    return timed("missing", () -> provider.missing(versions));
  }

  @Override
  public CompletionStage<Optional<Versions>> versions(KekName kek) {
    return timed("versions", () -> provider.versions(kek));
  }

  @Override
  public CompletionStage<KekVersion> rotate(KekName kek) {
    return timed("rotate", () -> provider.rotate(kek));
  }

  @Override
  public CompletionStage<Void> trim(KekName kek, int oldestKept) {
    return timed("trim", () -> provider.trim(kek, oldestKept));
  }

  @Override
  public CompletionStage<Void> check() {
    return timed("check", provider::check);
  }

  private <T> CompletionStage<T> timed(String operation, Supplier<CompletionStage<T>> work) {
    Timer.Sample began = Timer.start(metrics);
    return work.get()
        .whenComplete(
            (_, failure) ->
                began.stop(
                    metrics.timer(CALLS, "operation", operation, "outcome", outcome(failure))));
  }

  private static String outcome(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause == null) {
      return "ok";
    }
    return cause instanceof KekUnavailableException unavailable
        ? unavailable.reason().code()
        : "broken";
  }
}
