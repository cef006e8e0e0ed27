package io.pulsewarden.keys.subject;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Of many who miss one key at a time, one loads it, and the others wait and find it kept, or fail
 * as it failed: a provider in trouble is not asked by each of them again. Who finds nothing kept
 * though it succeeded (there was nothing to keep) loads by itself. No flight lasts longer than its
 * patience. Thread-safe.
 */
final class SingleFlight<K, V> {

  private final Map<K, CompletableFuture<Void>> flights = new ConcurrentHashMap<>();
  private final Consumer<V> discard;
  private final Duration patience;

  /**
   * @param discard what to do with values that nobody will get
   * @param patience after which a flight fails with {@link java.util.concurrent.TimeoutException}
   */
  SingleFlight(Consumer<V> discard, Duration patience) {
    this.discard = discard;
    this.patience = patience;
  }

  /**
   * All of them, as far as they exist.
   *
   * @param kept what is in memory
   * @param loader keeps what it loads before its stage completes
   */
  CompletionStage<Map<K, V>> load(
      Set<K> keys,
      Function<K, Optional<V>> kept,
      Function<Set<K>, CompletionStage<Map<K, V>>> loader) {
    if (keys.isEmpty()) {
      return CompletableFuture.completedFuture(Map.of());
    }
    CompletableFuture<Void> landing = new CompletableFuture<>();
    Map<K, V> found = new HashMap<>();
    Set<K> mine = new HashSet<>();
    Set<K> theirs = new HashSet<>();
    List<CompletableFuture<Void>> others = new ArrayList<>();
    for (K key : keys) {
      CompletableFuture<Void> other = flights.putIfAbsent(key, landing);
      if (other == null) {
        mine.add(key);
      } else {
        theirs.add(key);
        others.add(other);
      }
    }
    // A flight may have landed between the caller's look into memory and now.
    Set<K> taken = Set.copyOf(mine);
    takeKept(mine, kept, found);
    return loaded(mine, loader)
        .whenComplete(
            (_, failure) -> {
              taken.forEach(key -> flights.remove(key, landing));
              if (failure == null) {
                landing.complete(null);
              } else {
                landing.completeExceptionally(failure);
              }
            })
        .thenApply(loaded -> merge(found, loaded))
        .thenCompose(_ -> CompletableFuture.allOf(others.toArray(CompletableFuture<?>[]::new)))
        .thenCompose(
            _ -> {
              takeKept(theirs, kept, found);
              return loaded(theirs, loader);
            })
        .thenApply(loaded -> merge(found, loaded))
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                found.values().forEach(discard);
              }
            });
  }

  private static <K, V> void takeKept(Set<K> keys, Function<K, Optional<V>> kept, Map<K, V> found) {
    keys.removeIf(
        key -> {
          Optional<V> value = kept.apply(key);
          value.ifPresent(present -> found.put(key, present));
          return value.isPresent();
        });
  }

  private CompletionStage<Map<K, V>> loaded(
      Set<K> keys, Function<Set<K>, CompletionStage<Map<K, V>>> loader) {
    if (keys.isEmpty()) {
      return CompletableFuture.completedFuture(Map.of());
    }
    try {
      return bounded(loader.apply(keys));
    } catch (RuntimeException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  /** What comes too late is for nobody. */
  private CompletionStage<Map<K, V>> bounded(CompletionStage<Map<K, V>> loading) {
    CompletableFuture<Map<K, V>> answer = new CompletableFuture<>();
    loading.whenComplete(
        (loaded, failure) -> {
          if (failure != null) {
            answer.completeExceptionally(failure);
          } else if (!answer.complete(loaded)) {
            loaded.values().forEach(discard);
          }
        });
    return answer.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static <K, V> Map<K, V> merge(Map<K, V> found, Map<K, V> loaded) {
    found.putAll(loaded);
    return found;
  }
}
