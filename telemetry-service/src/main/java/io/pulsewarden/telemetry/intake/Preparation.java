package io.pulsewarden.telemetry.intake;

import io.pulsewarden.telemetry.keys.KeysUnavailableException;
import io.pulsewarden.telemetry.keys.SubjectErasedException;
import io.pulsewarden.telemetry.receipt.Receipt;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * Takes messages apart and seals what they are. Thread-safe.
 *
 * <p>Where a fault of ours keeps it from that, the message is kept whole, in quarantine: sent
 * again, it would fail again, and everything behind it would wait for ever.
 */
final class Preparation {

  /** Kafka takes 1 MiB; this leaves room for what goes around a record. */
  static final int LARGEST_RECORD = 1_000_000;

  private static final System.Logger LOG = System.getLogger(Preparation.class.getName());

  /** Takes a message apart, by docs/formats/vitals.md. */
  interface Decoder {
    /** What it is. */
    DecodedMessage decode(IncomingMessage message);

    /** That it can't be told what it is. */
    DecodedMessage unreadable(IncomingMessage message);
  }

  /** Is asked before anything of a message is kept. */
  interface Limits {

    /** Keeps to none. */
    Limits NONE = (_, _) -> {};

    /**
     * Takes what it needs of them.
     *
     * @throws OverLimitException if it is more than there is; nothing of it may be kept then
     */
    void take(IncomingMessage message, DecodedMessage decoded);
  }

  /** Records for Kafka, and what the sender will be told once Kafka has them. */
  record Prepared(List<OutgoingRecord> records, Receipt receipt) {}

  private final Decoder decoder;
  private final MessageSealer sealer;

  Preparation(Decoder decoder, MessageSealer sealer) {
    this.decoder = decoder;
    this.sealer = sealer;
  }

  /** What the message is; throws nothing, whatever it is. */
  DecodedMessage decode(IncomingMessage message) {
    try {
      return decoder.decode(message);
    } catch (RuntimeException fault) {
      return unreadable(message, fault);
    }
  }

  /**
   * Seals it. The stage fails if that can't be done now: keys are not to be had.
   *
   * @param limits are asked before the message is kept whole instead; what it was decoded to has to
   *     have been taken of them
   */
  CompletableFuture<Prepared> seal(IncomingMessage message, DecodedMessage decoded, Limits limits) {
    return attempt(() -> sealed(message, decoded))
        .exceptionallyCompose(
            failure -> {
              Throwable cause = cause(failure);
              return isPassing(cause)
                  ? CompletableFuture.failedFuture(cause)
                  : whole(message, cause, limits);
            });
  }

  /**
   * The message whole, in quarantine. The stage fails with an {@link OverLimitException} if so much
   * more may not stand there: what was taken of the limits before was for its records.
   */
  CompletableFuture<Prepared> whole(IncomingMessage message, Throwable fault, Limits limits) {
    return attempt(
        () -> {
          DecodedMessage whole = unreadable(message, fault);
          limits.take(message, whole);
          return sealed(message, whole);
        });
  }

  private CompletableFuture<Prepared> sealed(IncomingMessage message, DecodedMessage decoded) {
    return sealer
        .seal(message, decoded)
        .thenApply(
            ready -> {
              if (ready.records().stream().anyMatch(one -> one.value().length > LARGEST_RECORD)) {
                throw new IllegalStateException("a record that Kafka won't take");
              }
              return new Prepared(ready.records(), decoded.receipt().withErased(ready.erased()));
            })
        .toCompletableFuture();
  }

  private DecodedMessage unreadable(IncomingMessage message, Throwable fault) {
    // Classes alone: a message could say what was sent.
    LOG.log(
        System.Logger.Level.ERROR,
        "a fault of ours, a message is to be kept whole: error={0}",
        fault.getClass().getName());
    return decoder.unreadable(message);
  }

  private static <T> CompletableFuture<T> attempt(Supplier<CompletableFuture<T>> step) {
    try {
      return step.get();
    } catch (RuntimeException fault) {
      return CompletableFuture.failedFuture(fault);
    }
  }

  /** Whether it may go well the next time, or is not for us to say. */
  private static boolean isPassing(Throwable cause) {
    return cause instanceof Error
        || cause instanceof KeysUnavailableException
        || cause instanceof SubjectErasedException
        || cause instanceof RejectedExecutionException
        || cause instanceof CancellationException;
  }

  static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
