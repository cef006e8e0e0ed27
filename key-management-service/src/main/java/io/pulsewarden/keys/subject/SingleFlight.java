package io.pulsewarden.keys.subject;

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
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Of many who miss one key at a time, one loads it, and the others wait and find it kept. Who finds
 * nothing kept even then (it failed, or is nothing to keep) loads by itself. Thread-safe.
 */
final class SingleFlight<K, V> {

  private final Map<K, CompletableFuture<Void>> flights = new ConcurrentHashMap<>();
  private final Consumer<V> discard;

  /**
   * @param discard what to do with values that nobody will get
   */
  SingleFlight(Consumer<V> discard) {
    this.discard = discard;
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
            (_, _) -> {
              taken.forEach(key -> flights.remove(key, landing));
              landing.complete(null);
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

  private static <K, V> CompletionStage<Map<K, V>> loaded(
      Set<K> keys, Function<Set<K>, CompletionStage<Map<K, V>>> loader) {
    if (keys.isEmpty()) {
      return CompletableFuture.completedFuture(Map.of());
    }
    try {
      return loader.apply(keys);
    } catch (RuntimeException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  private static <K, V> Map<K, V> merge(Map<K, V> found, Map<K, V> loaded) {
    found.putAll(loaded);
    return found;
  }
}
