package io.pulsewarden.audit.index;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;

/** What comparing the index with the log came to. */
@Singleton
class IndexMetrics {

  /** The metric has this value where nothing differs. */
  static final long NONE = -1;

  private final MeterRegistry registry;
  private final AtomicLong firstDifference;
  private final AtomicLong compared;

  IndexMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.firstDifference =
        registry.gauge("pulsewarden.audit.index.first.difference", new AtomicLong(NONE));
    this.compared = registry.gauge("pulsewarden.audit.index.compared", new AtomicLong());
  }

  void checked(IndexCheck.Result result) {
    firstDifference.set(result.first().map(IndexDifference::leaf).orElse(NONE));
    compared.set(result.entries());
    registry
        .counter("pulsewarden.audit.index.checks", "differs", "" + result.first().isPresent())
        .increment();
  }
}
