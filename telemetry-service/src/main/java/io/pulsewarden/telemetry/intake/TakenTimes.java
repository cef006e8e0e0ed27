package io.pulsewarden.telemetry.intake;

import java.time.Duration;

/** From when to when a reading's time is taken, by when it was received; Unix milliseconds. */
public record TakenTimes(long oldest, long newest) {

  private static final long BACK = Duration.ofDays(30).toMillis();
  private static final long AHEAD = Duration.ofMinutes(5).toMillis();

  /** Both ends are taken. */
  public static TakenTimes of(long receivedAtMillis) {
    return new TakenTimes(receivedAtMillis - BACK, receivedAtMillis + AHEAD);
  }

  /** When a reading of this time or a later one was received at the earliest. */
  public static long receivedFrom(long timeMillis) {
    return timeMillis < Long.MIN_VALUE + AHEAD ? Long.MIN_VALUE : timeMillis - AHEAD;
  }

  /** When a reading of this time or an earlier one was received at the latest. */
  public static long receivedUntil(long timeMillis) {
    return timeMillis > Long.MAX_VALUE - BACK ? Long.MAX_VALUE : timeMillis + BACK;
  }

  /** Whether a reading of this time is neither too old nor in the future. */
  public boolean hold(long timeMillis) {
    return oldest <= timeMillis && timeMillis <= newest;
  }
}
