package io.pulsewarden.telemetry.intake;

import io.pulsewarden.auditclient.AuditUnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Holds messages back while the audit log is too far behind: what is taken in would be stored, and
 * its entry would only make the log later. Nothing is acknowledged meanwhile; a message that has
 * waited long enough is given back to its device. Thread-safe.
 */
final class AuditGate {

  private final BooleanSupplier shut;
  private final Duration pause;
  private final int attempts;
  private final Executor executor;

  /**
   * @param pause between two looks
   * @param attempts how many looks in all
   */
  AuditGate(BooleanSupplier shut, Duration pause, int attempts, Executor executor) {
    this.shut = shut;
    this.pause = pause;
    this.attempts = attempts;
    this.executor = executor;
  }

  /** Completes when a message may go on; fails when it has waited long enough. */
  CompletableFuture<Void> pass() {
    return pass(attempts);
  }

  private CompletableFuture<Void> pass(int left) {
    if (!shut.getAsBoolean()) {
      return CompletableFuture.completedFuture(null);
    }
    if (left == 1) {
      return CompletableFuture.failedFuture(
          new AuditUnavailableException(
              "nothing is taken in", new IllegalStateException("the audit log is too far behind")));
    }
    Executor later =
        CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS, executor);
    return CompletableFuture.supplyAsync(() -> left - 1, later).thenCompose(this::pass);
  }
}
