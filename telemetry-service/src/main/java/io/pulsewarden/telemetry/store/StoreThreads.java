package io.pulsewarden.telemetry.store;

import jakarta.inject.Singleton;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/** The threads that store what Kafka has, of all topics. Thread-safe. */
@Singleton
public final class StoreThreads {

  private final Map<String, BooleanSupplier> watched = new ConcurrentHashMap<>();

  /**
   * Has health look at one from now on.
   *
   * @param topic what it stores
   * @param alive whether it still runs
   */
  public void watch(String topic, BooleanSupplier alive) {
    watched.put(topic, alive);
  }

  /** Which of them run, by topic. */
  SortedMap<String, Boolean> alive() {
    SortedMap<String, Boolean> alive = new TreeMap<>();
    watched.forEach((topic, each) -> alive.put(topic, each.getAsBoolean()));
    return alive;
  }
}
