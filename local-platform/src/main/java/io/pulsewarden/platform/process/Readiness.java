package io.pulsewarden.platform.process;

import java.nio.file.Path;
import java.time.Duration;

/** Waits until a server answers, as long as it lives. */
public final class Readiness {

  // Who asks takes processor time from who starts.
  private static final long PAUSE_MILLIS = 200;

  private Readiness() {}

  /** One attempt; any exception means 'not yet'. */
  @FunctionalInterface
  public interface Attempt {
    /** Whether the server is ready. */
    boolean ready() throws Exception;
  }

  /**
   * Returns when {@code attempt} succeeds.
   *
   * @throws IllegalStateException if the process ends or {@code patience} is over; the message
   *     names its log
   */
  public static void await(ServerProcess process, Path log, Duration patience, Attempt attempt) {
    long deadline = System.nanoTime() + patience.toNanos();
    Exception last = null;
    while (System.nanoTime() < deadline) {
      try {
        if (attempt.ready()) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while " + process.name() + " started", e);
      } catch (Exception e) {
        last = e;
      }
      if (!process.isAlive()) {
        throw ServerProcess.died(process.name(), log);
      }
      pause();
    }
    throw new IllegalStateException(
        process.name() + " was not ready within " + patience.toSeconds() + " s; its log: " + log,
        last);
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a server started", e);
    }
  }
}
