package io.pulsewarden.auditclient;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/**
 * Takes no event while the log is too far behind: what waits for it is refused, as if Kafka were
 * away. For what can wait for better times, such as reads; never for what makes things safer, such
 * as a revocation. Thread-safe.
 */
public final class LimitedAuditTrail implements AuditTrail {

  private final AuditTrail trail;
  private final BooleanSupplier overLimit;

  /**
   * @param overLimit such as {@link LogLag#isOverLimit()}
   */
  public LimitedAuditTrail(AuditTrail trail, BooleanSupplier overLimit) {
    this.trail = trail;
    this.overLimit = overLimit;
  }

  @Override
  public CompletionStage<Void> record(AuditEvent event) {
    if (overLimit.getAsBoolean()) {
      return CompletableFuture.failedStage(
          new AuditUnavailableException(
              "audit events can't be written",
              new IllegalStateException("the log is too far behind")));
    }
    return trail.record(event);
  }

  @Override
  public boolean healthy() {
    return trail.healthy() && !overLimit.getAsBoolean();
  }
}
