package io.pulsewarden.audit.siem;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after failures in a row: twice as long each time, up to a maximum, and somewhat
 * less at random, so that streams that failed together do not come back together. One thread.
 */
final class BackOff {

  private static final int MAX_DOUBLINGS = 16;

  private final Duration first;
  private final Duration most;
  private final RandomGenerator random;
  private int failures;

  BackOff(Duration first, Duration most, RandomGenerator random) {
    this.first = first;
    this.most = most;
    this.random = random;
  }

  Duration next() {
    Duration full = first.multipliedBy(1L << Math.min(failures, MAX_DOUBLINGS));
    failures++;
    long bounded = Math.min(full.toMillis(), most.toMillis());
    return Duration.ofMillis(bounded / 2 + random.nextLong(bounded / 2 + 1));
  }

  void reset() {
    failures = 0;
  }
}
