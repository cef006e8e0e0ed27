package io.pulsewarden.keys.pkcs11;

import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekUnavailableException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads for calls into a token's library, which may hang: a few of them, so many who wait, and a
 * time after which nobody waits any more. A thread that hangs is lost until the library returns.
 * Thread-safe.
 */
final class TokenThreads implements AutoCloseable {

  private final ThreadPoolExecutor threads;
  private final Duration patience;

  /**
   * @param waiting how many wait for a thread; whoever comes then is told {@code busy}
   * @param patience until an answer must be there, else {@code unreachable}
   */
  TokenThreads(int threads, int waiting, Duration patience) {
    this.threads =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting),
            Thread.ofPlatform().name("pkcs11-", 0).daemon().factory());
    this.patience = patience;
  }

  /**
   * @param late what to do with an answer that nobody waits for any more
   */
  <T extends @Nullable Object> CompletionStage<T> run(Supplier<T> work, Consumer<T> late) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      threads.execute(
          () -> {
            try {
              T done = work.get();
              if (!answer.complete(done)) {
                late.accept(done);
              }
            } catch (RuntimeException failed) {
              answer.completeExceptionally(failed);
            }
          });
    } catch (RejectedExecutionException full) {
      return CompletableFuture.failedFuture(
          new KekUnavailableException(
              KekFailure.BUSY, "too many requests wait for the PKCS#11 token", null));
    }
    return answer
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedStage(
                    failure instanceof TimeoutException
                        ? new KekUnavailableException(
                            KekFailure.UNREACHABLE, "the PKCS#11 token does not answer", null)
                        : failure));
  }

  /** Waits for nobody: a library that hangs would keep the process from ending. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
