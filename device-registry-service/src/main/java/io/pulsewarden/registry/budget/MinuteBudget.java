package io.pulsewarden.registry.budget;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * So many takes for a key in a minute; bounded memory. Thread-safe.
 *
 * @param <K> what takes are counted by
 */
public final class MinuteBudget<K> {

  private static final long MINUTE = 60_000;
  private static final int MAX_KEYS = 10_000;

  private final int limit;
  private final Clock clock;
  private final Map<K, Integer> taken =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        // Who comes with ten thousand keys gets a fresh count for the first of them again.
        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Integer> eldest) {
          return size() > MAX_KEYS;
        }
      };
  private long minute;

  public MinuteBudget(int limit, Clock clock) {
    this.limit = limit;
    this.clock = clock;
  }

  /** Whether there was one left to take. */
  public synchronized boolean take(K key) {
    return left(key) && taken.merge(key, 1, Integer::sum) <= limit;
  }

  /** Whether there is one left, without taking it. */
  public synchronized boolean left(K key) {
    long now = clock.millis() / MINUTE;
    if (now != minute) {
      taken.clear();
      minute = now;
    }
    return taken.getOrDefault(key, 0) < limit;
  }
}
