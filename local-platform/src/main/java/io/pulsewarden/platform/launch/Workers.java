package io.pulsewarden.platform.launch;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does things at once; when it is closed early, because one failed, the others are interrupted. */
final class Workers implements AutoCloseable {

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  /** What is done. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /** Something that was begun. */
  record Task(Future<?> future) {

    /** Returns when it is done; throws what it threw. */
    void await() throws Exception {
      try {
        future.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Exception cause) {
          throw cause;
        }
        throw e;
      }
    }
  }

  Task start(Work work) {
    return new Task(
        executor.submit(
            () -> {
              work.run();
              return null;
            }));
  }

  @Override
  public void close() {
    executor.shutdownNow();
    executor.close();
  }
}
