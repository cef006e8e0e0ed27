package io.pulsewarden.telemetry.bridge;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between attempts: twice as long each time up to a limit, and anything from half of that to
 * all of it, so that instances don't come back in step. Not thread-safe.
 */
final class BackOff {

  private static final long FIRST_MILLIS = 500;

  private final long longestMillis;
  private final RandomGenerator random;
  private long nextMillis = FIRST_MILLIS;

  BackOff(Duration longest, RandomGenerator random) {
    this.longestMillis = Math.max(FIRST_MILLIS, longest.toMillis());
    this.random = random;
  }

  /** How long to wait now. */
  Duration next() {
    long most = Math.min(nextMillis, longestMillis);
    nextMillis = Math.min(2 * most, longestMillis);
    return Duration.ofMillis(most / 2 + random.nextLong(most / 2 + 1));
  }

  /** It went well: begin with a short pause next time. */
  void reset() {
    nextMillis = FIRST_MILLIS;
  }
}
