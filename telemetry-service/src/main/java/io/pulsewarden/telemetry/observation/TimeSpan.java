package io.pulsewarden.telemetry.observation;

/**
 * Moments from one to another in Unix milliseconds, both included; empty if the first is the later
 * one.
 */
record TimeSpan(long fromMillis, long untilMillis) {

  static final TimeSpan ALWAYS = new TimeSpan(0, Long.MAX_VALUE);

  TimeSpan and(TimeSpan other) {
    return new TimeSpan(
        Math.max(fromMillis, other.fromMillis), Math.min(untilMillis, other.untilMillis));
  }

  boolean holds(long timeMillis) {
    return timeMillis >= fromMillis && timeMillis <= untilMillis;
  }

  boolean isEmpty() {
    return fromMillis > untilMillis;
  }
}
