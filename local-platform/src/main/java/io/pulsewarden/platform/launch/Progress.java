package io.pulsewarden.platform.launch;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Says what is being done, with times since the beginning. Thread-safe: each call is one line. */
public final class Progress {

  private final PrintWriter out;
  private final long began = System.nanoTime();

  public Progress(PrintWriter out) {
    this.out = out;
  }

  /** Work that is told of when it is done. */
  @FunctionalInterface
  public interface Work<T> {
    T run() throws Exception;
  }

  /** Does the work, then says so and how long it took. */
  public <T> T step(String what, Work<T> work) throws Exception {
    long start = System.nanoTime();
    T result = work.run();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    say("%s (%.1f s)".formatted(what, seconds(took)));
    return result;
  }

  /** One line. */
  public synchronized void say(String line) {
    out.println(String.format(Locale.ROOT, "%6.1f s  %s", seconds(elapsed()), line));
    out.flush();
  }

  /** Since the beginning. */
  public Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
