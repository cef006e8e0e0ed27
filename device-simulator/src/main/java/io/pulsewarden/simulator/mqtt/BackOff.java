package io.pulsewarden.simulator.mqtt;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Doubling pauses with full jitter, so that a fleet does not come back as one wave. */
final class BackOff {

  private static final long FIRST_MILLIS = 200;
  private static final long LONGEST_MILLIS = 10_000;

  private final RandomGenerator random;
  private long ceilingMillis = FIRST_MILLIS;

  BackOff(RandomGenerator random) {
    this.random = random;
  }

  /** The next pause. */
  Duration next() {
    Duration pause = Duration.ofMillis(random.nextLong(ceilingMillis / 2, ceilingMillis + 1));
    ceilingMillis = Math.min(LONGEST_MILLIS, 2 * ceilingMillis);
    return pause;
  }

  /** It worked: start small again. */
  void reset() {
    ceilingMillis = FIRST_MILLIS;
  }
}
