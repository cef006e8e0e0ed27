package io.pulsewarden.audit.siem;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What streams count, each by its destination's name. Thread-safe. */
final class SiemMetrics {

  private final MeterRegistry registry;
  private final Map<String, AtomicLong> lags = new ConcurrentHashMap<>();

  SiemMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Published entries that the destination is not known to have. */
  void lag(String destination, long entries) {
    lags.computeIfAbsent(
            destination,
            name ->
                Objects.requireNonNull(
                    registry.gauge("pulsewarden.siem.lag", tags(name), new AtomicLong())))
        .set(entries);
  }

  long lag(String destination) {
    AtomicLong lag = lags.get(destination);
    return lag == null ? 0 : lag.get();
  }

  void delivered(String destination, long entries) {
    registry.counter("pulsewarden.siem.delivered", tags(destination)).increment((double) entries);
  }

  /** Entries that were pruned before they could be sent. */
  void pruned(String destination, long entries) {
    registry.counter("pulsewarden.siem.pruned", tags(destination)).increment((double) entries);
  }

  void failed(String destination) {
    registry.counter("pulsewarden.siem.failures", tags(destination)).increment();
  }

  private static Tags tags(String destination) {
    return Tags.of("destination", destination);
  }
}
