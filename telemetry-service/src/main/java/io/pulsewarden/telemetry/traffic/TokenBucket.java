package io.pulsewarden.telemetry.traffic;

import java.time.Clock;

/** Tokens that come at a steady rate and are kept up to a burst. Thread-safe. */
final class TokenBucket {

  private final Clock clock;
  private final double perSecond;
  private final double burst;
  private double tokens;
  private long filledAtMillis;

  /** Full to begin with. */
  TokenBucket(Clock clock, double perSecond, double burst) {
    this.clock = clock;
    this.perSecond = perSecond;
    this.burst = burst;
    this.tokens = burst;
    this.filledAtMillis = clock.millis();
  }

  /** Takes so many; false, and nothing taken, if they aren't there. */
  synchronized boolean take(double wanted) {
    fill();
    if (tokens < wanted) {
      return false;
    }
    tokens -= wanted;
    return true;
  }

  /**
   * The same, but of a full bucket more can be taken than it holds. The rest is owed: something
   * that is larger than the burst has to get through at some time, or it would never.
   */
  synchronized boolean takeOrOwe(double wanted) {
    fill();
    if (tokens < Math.min(wanted, burst)) {
      return false;
    }
    tokens -= wanted;
    return true;
  }

  /** Gives back what was taken for something that then was not let through. */
  synchronized void giveBack(double taken) {
    tokens = Math.min(burst, tokens + taken);
  }

  /** Whether nothing was taken that has not come back: a new one would be the same. */
  synchronized boolean isFull() {
    fill();
    return tokens >= burst;
  }

  private void fill() {
    long now = clock.millis();
    // A clock that is set back gives nothing and takes nothing.
    tokens = Math.min(burst, tokens + Math.max(0, now - filledAtMillis) * perSecond / 1_000);
    filledAtMillis = now;
  }
}
