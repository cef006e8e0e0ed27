package io.pulsewarden.telemetry.intake;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.telemetry.receipt.Receipt;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
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

  // Kept, because to look a counter up costs more than to count.
  private final Counter unavailable;
  private final Counter overLimit;
  private final Counter acknowledged;
  private final Counter accepted;
  private final Counter held;
  private final Counter erased;
  private final Map<RejectionReason, Counter> quarantined = new EnumMap<>(RejectionReason.class);

  IntakeMetrics(MeterRegistry registry) {
    unavailable = registry.counter(MESSAGES, "outcome", "unavailable");
    overLimit = registry.counter(MESSAGES, "outcome", "over-limit");
    acknowledged = registry.counter(MESSAGES, "outcome", "acknowledged");
    accepted = registry.counter(RECORDS, "outcome", "accepted");
    held = registry.counter(RECORDS, "outcome", "held");
    erased = registry.counter(RECORDS, "outcome", "erased");
    for (RejectionReason reason : RejectionReason.values()) {
      quarantined.put(reason, registry.counter(QUARANTINED, "reason", reason.wireName()));
    }
  }

  void stored(@Nullable Receipt receipt, @Nullable Throwable failure) {
    if (cause(failure) instanceof OverLimitException) {
      // No line for each: a device decides how many there are, and its session's end says it once.
      overLimit.increment();
      return;
    }
    if (receipt == null || failure != null) {
      unavailable.increment();
      // Classes alone: a message could say what was to be stored.
      LOG.warnf(
          "message not stored, its device has to send it again: error=%s", name(cause(failure)));
      return;
    }
    acknowledged.increment();
    accepted.increment((double) receipt.accepted() - receipt.held());
    if (receipt.held() > 0) {
      held.increment(receipt.held());
    }
    if (receipt.erased() > 0) {
      erased.increment(receipt.erased());
    }
    for (Receipt.Rejection rejection : receipt.rejected()) {
      Objects.requireNonNull(quarantined.get(rejection.reason())).increment();
    }
  }

  private static @Nullable Throwable cause(@Nullable Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private static String name(@Nullable Throwable cause) {
    return cause == null ? "none" : cause.getClass().getName();
  }
}
