package io.pulsewarden.telemetry.keys;

import io.pulsewarden.envelope.BaseKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One fetch of one key, and all who wait for it; each gets a copy. Thread-safe. */
final class Flight {

  private final List<CompletableFuture<KeyAnswer>> waiting = new ArrayList<>();
  private boolean landed;

  /** Waits for the answer; empty if it came already and is to be looked for elsewhere. */
  synchronized Optional<CompletableFuture<KeyAnswer>> join() {
    if (landed) {
      return Optional.empty();
    }
    CompletableFuture<KeyAnswer> mine = new CompletableFuture<>();
    waiting.add(mine);
    return Optional.of(mine);
  }

  /** Gives everybody the answer; its key stays the caller's. */
  void land(KeyAnswer answer) {
    for (CompletableFuture<KeyAnswer> each : takeWaiting()) {
      each.complete(
          answer instanceof KeyAnswer.Available(BaseKey key)
              ? new KeyAnswer.Available(key.copy())
              : answer);
    }
  }

  void fail(KeysUnavailableException failure) {
    takeWaiting().forEach(each -> each.completeExceptionally(failure));
  }

  private synchronized List<CompletableFuture<KeyAnswer>> takeWaiting() {
    landed = true;
    return List.copyOf(waiting);
  }
}
