package io.pulsewarden.keys.access;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * So many takes for a key in a minute, as the registry has it; bounded memory. Thread-safe.
 *
 * @param <K> what takes are counted by
 */
final class MinuteBudget<K> {

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

  MinuteBudget(int limit, Clock clock) {
    this.limit = limit;
    this.clock = clock;
  }

  /** Whether there was one left to take. */
  synchronized boolean take(K key) {
    long now = clock.millis() / MINUTE;
    if (now != minute) {
      taken.clear();
      minute = now;
    }
    return taken.merge(key, 1, (before, one) -> Math.min(before + one, limit + 1)) <= limit;
  }
}
