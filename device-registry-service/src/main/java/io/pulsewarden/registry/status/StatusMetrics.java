package io.pulsewarden.registry.status;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;

/** Counts who is told to ask again later. */
@ApplicationScoped
class StatusMetrics {

  static final String TRY_LATER = "pulsewarden.ocsp.try.later";

  private final MeterRegistry registry;

  /** What there was too much of. */
  enum Busy {
    /** One network's signatures this minute. */
    NETWORK,
    /** Everybody's at this moment. */
    SIGNING;

    String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  StatusMetrics(MeterRegistry registry) {
    this.registry = registry;
    // From zero on, so that the first one is an increase.
    for (Busy busy : Busy.values()) {
      registry.counter(TRY_LATER, "limit", busy.code());
    }
  }

  void tryLater(Busy busy) {
    registry.counter(TRY_LATER, "limit", busy.code()).increment();
  }
}
