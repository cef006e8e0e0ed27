package io.pulsewarden.registry.est;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;

/** Counts enrolments by outcome and by the refusal's code, which is from a fixed set. */
@ApplicationScoped
class EnrolmentMetrics {

  private static final String NAME = "pulsewarden.enrolments";

  private final MeterRegistry registry;

  EnrolmentMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void enrolled() {
    registry.counter(NAME, "outcome", "enrolled", "reason", "none").increment();
  }

  void pending() {
    registry.counter(NAME, "outcome", "pending", "reason", "none").increment();
  }

  void refused(Refusal refusal) {
    registry.counter(NAME, "outcome", "refused", "reason", refusal.code()).increment();
  }
}
