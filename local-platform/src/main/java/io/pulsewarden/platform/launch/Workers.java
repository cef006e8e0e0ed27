package io.pulsewarden.platform.launch;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Does things at once; when it is closed early, because one failed, the others are interrupted. */
final class Workers implements AutoCloseable {

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  // Completed by the first failure, and never otherwise.
  private final CompletableFuture<Boolean> anyFailure = new CompletableFuture<>();

  /** What is done. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /** Something that was begun. */
  record Task(CompletableFuture<Boolean> done, CompletableFuture<Boolean> anyFailure) {

    /**
     * Returns when it is done; throws what it threw, or what another task threw first: that one may
     * be what this one waits for.
     */
    void await() throws Exception {
      try {
        Object _ = CompletableFuture.anyOf(anyFailure, done).get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Exception cause) {
          throw cause;
        }
        throw e;
      }
    }
  }

  Task start(Work work) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    executor.execute(
        () -> {
          try {
            work.run();
            done.complete(true);
          } catch (Exception | Error failure) {
            anyFailure.completeExceptionally(failure);
            done.completeExceptionally(failure);
          }
        });
    return new Task(done, anyFailure);
  }

  @Override
  public void close() {
    executor.shutdownNow();
    executor.close();
  }
}
