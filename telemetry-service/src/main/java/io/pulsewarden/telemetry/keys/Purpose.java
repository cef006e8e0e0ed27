package io.pulsewarden.telemetry.keys;

import java.time.Clock;
import java.time.Duration;
import java.util.Locale;

/** What a base key is for; docs/formats/keys.md says whose key each purpose takes. */
public enum Purpose {
  VITALS(false),
  HOLD(false),
  QUARANTINE(false),
  DEMOGRAPHICS(false),
  BLIND_INDEX(true),
  RECEIPT(true),
  OBSERVATION_ID(true),
  CURSOR(true);

  /** The epoch of permanent keys. */
  public static final int PERMANENT = 0;

  private final boolean permanent;

  Purpose(boolean permanent) {
    this.permanent = permanent;
  }

  /** Whether its keys are for ever, and not for a day. */
  boolean permanent() {
    return permanent;
  }

  /** As key management and the derivation write it, such as {@code blind-index}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The epoch to seal in now: the UTC day, or 0 for a permanent key. */
  public int epoch(Clock clock) {
    return permanent
        ? PERMANENT
        : Math.toIntExact(Math.floorDiv(clock.millis(), Duration.ofDays(1).toMillis()));
  }
}
