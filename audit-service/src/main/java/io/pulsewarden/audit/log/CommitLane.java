package io.pulsewarden.audit.log;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Commits one batch while the next one is made ready. One at a time and in order: a batch is given
 * to it only after the one before it was {@linkplain #settle settled}. Of one caller's thread.
 */
final class CommitLane implements AutoCloseable {

  private final Function<LogAppender.Prepared, AppendOutcome> commit;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("log-commit").daemon().factory());
  private @Nullable Future<AppendOutcome> underWay;

  /**
   * @param commit commits a batch and publishes what came of it; on the lane's own thread
   */
  CommitLane(Function<LogAppender.Prepared, AppendOutcome> commit) {
    this.commit = commit;
  }

  /** Whether a batch is under way that has not ended. */
  boolean isBusy() {
    Future<AppendOutcome> last = underWay;
    return last != null && !last.isDone();
  }

  /** Begins a batch that builds on the one before it, which must have been settled. */
  void begin(LogAppender.Prepared batch) {
    if (underWay != null) {
      throw new IllegalStateException("the batch before it is not settled");
    }
    underWay = thread.submit(() -> commit.apply(batch));
  }

  /** Waits until no batch is on its way, whatever came of it. */
  void await() {
    Future<AppendOutcome> last = underWay;
    if (last == null) {
      return;
    }
    try {
      last.get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a batch was on its way", interrupted);
    } catch (ExecutionException failed) {
      // To be told by settle(), without which nothing goes on.
    }
  }

  /** The same, at most for so long. */
  void await(Duration atMost) throws InterruptedException {
    Future<AppendOutcome> last = underWay;
    if (last == null) {
      return;
    }
    try {
      last.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException later) {
      // To be told by settle(), or to be waited for again.
    }
  }

  /**
   * Waits for the batch that is under way, if any.
   *
   * @return false if another sequencer was first: nothing may be built upon it
   * @throws RuntimeException as the commit or the publishing did
   */
  boolean settle() throws InterruptedException {
    Future<AppendOutcome> last = underWay;
    if (last == null) {
      return true;
    }
    underWay = null;
    try {
      return switch (last.get()) {
        case AppendOutcome.Committed _ -> true;
        case AppendOutcome.Overtaken() -> false;
      };
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(failed.getCause());
    }
  }

  /**
   * Waits for what is under way, whatever comes of it: whoever begins anew reads what is committed,
   * and that must not move any more by this one's hand.
   */
  @Override
  public void close() {
    thread.close();
  }
}
