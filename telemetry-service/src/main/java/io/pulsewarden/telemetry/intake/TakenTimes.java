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

  /** Whether a reading of this time is neither too old nor in the future. */
  public boolean hold(long timeMillis) {
    return oldest <= timeMillis && timeMillis <= newest;
  }
}
