package io.pulsewarden.telemetry.intake;

import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.telemetry.receipt.Receipt;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Counts records by what became of them. Labels are names from tables, never from a device. */
@Singleton
class IntakeMetrics {

  private static final String RECORDS = "pulsewarden.intake.records";
  private static final String QUARANTINED = "pulsewarden.intake.quarantined";
  private static final String MESSAGES = "pulsewarden.intake.messages";

  private static final Logger LOG = Logger.getLogger(IntakeMetrics.class);

  private final MeterRegistry registry;

  IntakeMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void stored(@Nullable Receipt receipt, @Nullable Throwable failure) {
    if (receipt == null || failure != null) {
      registry.counter(MESSAGES, "outcome", "unavailable").increment();
      // Classes alone: a message could say what was to be stored.
      LOG.warnf("message not stored, its device has to send it again: error=%s", cause(failure));
      return;
    }
    registry.counter(MESSAGES, "outcome", "acknowledged").increment();
    registry
        .counter(RECORDS, "outcome", "accepted")
        .increment((double) receipt.accepted() - receipt.held());
    registry.counter(RECORDS, "outcome", "held").increment(receipt.held());
    registry.counter(RECORDS, "outcome", "erased").increment(receipt.erased());
    receipt
        .rejected()
        .forEach(
            rejection ->
                registry.counter(QUARANTINED, "reason", rejection.reason().wireName()).increment());
  }

  private static String cause(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause == null ? "none" : cause.getClass().getName();
  }
}
