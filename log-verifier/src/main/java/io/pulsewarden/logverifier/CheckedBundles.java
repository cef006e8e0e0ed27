package io.pulsewarden.logverifier;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The bundles of a log in its order, read and checked ahead on all processors. One thread's. */
final class CheckedBundles implements AutoCloseable {

  /** Bundles that wait for their turn, for each processor: a few MB each at most. */
  private static final int AHEAD = 4;

  private final TileFiles files;
  private final long size;
  private final PrunedLog pruned;
  private final int processors = Runtime.getRuntime().availableProcessors();
  private final ExecutorService workers =
      Executors.newFixedThreadPool(
          processors, Thread.ofPlatform().name("verify-", 0).daemon().factory());
  private final Deque<Future<CheckedBundle>> ahead = new ArrayDeque<>();
  private long next;

  CheckedBundles(TileFiles files, long size, PrunedLog pruned) {
    this.files = files;
    this.size = size;
    this.pruned = pruned;
  }

  private boolean isMore() {
    return next * TileFiles.WIDTH < size;
  }

  boolean hasNext() {
    return isMore() || !ahead.isEmpty();
  }

  CheckedBundle next() throws IOException {
    while (isMore() && ahead.size() < AHEAD * processors) {
      long bundle = next++;
      int width = (int) Math.min(TileFiles.WIDTH, size - bundle * TileFiles.WIDTH);
      ahead.add(workers.submit(() -> CheckedBundle.read(files, bundle, width, pruned)));
    }
    try {
      return ahead.remove().get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof IOException unreadable) {
        throw unreadable;
      }
      throw new IllegalStateException(failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while bundles were checked");
    }
  }

  @Override
  public void close() {
    workers.shutdownNow();
  }
}
