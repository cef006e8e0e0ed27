package io.pulsewarden.telemetry.intake;

import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.KeysUnavailableException;
import io.pulsewarden.telemetry.keys.Purpose;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Asks again while keys can't be had, until a message has waited long enough. Thread-safe. */
final class PatientSeal implements MessageSealer.Seal {

  private final MessageSealer.Seal sealing;
  private final Duration pause;
  private final int attempts;
  private final Executor executor;

  /**
   * @param pause between two attempts
   * @param attempts in all
   */
  PatientSeal(MessageSealer.Seal sealing, Duration pause, int attempts, Executor executor) {
    this.sealing = sealing;
    this.pause = pause;
    this.attempts = attempts;
    this.executor = executor;
  }

  @Override
  public CompletionStage<byte[]> seal(
      KeySubject subject, Purpose purpose, EnvelopeContext context, byte[] plaintext) {
    return attempt(subject, purpose, context, plaintext, attempts);
  }

  private CompletionStage<byte[]> attempt(
      KeySubject subject, Purpose purpose, EnvelopeContext context, byte[] plaintext, int left) {
    return sealing
        .seal(subject, purpose, context, plaintext)
        .exceptionallyCompose(
            failure -> {
              Throwable cause =
                  failure instanceof CompletionException && failure.getCause() != null
                      ? failure.getCause()
                      : failure;
              if (!(cause instanceof KeysUnavailableException) || left == 1) {
                return CompletableFuture.failedFuture(cause);
              }
              Executor later =
                  CompletableFuture.delayedExecutor(
                      pause.toMillis(), TimeUnit.MILLISECONDS, executor);
              return CompletableFuture.supplyAsync(() -> left - 1, later)
                  .thenCompose(less -> attempt(subject, purpose, context, plaintext, less));
            });
  }
}
