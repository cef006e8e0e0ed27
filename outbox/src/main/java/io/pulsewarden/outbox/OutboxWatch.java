package io.pulsewarden.outbox;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * Tells, from its oldest row, whether somebody empties the outbox. A row that stays is one that
 * nobody sends; old rows that come and go are much to do. One thread.
 */
final class OutboxWatch {

  private final Duration late;
  private OptionalLong seen = OptionalLong.empty();
  private long sinceNanos;

  /**
   * @param late how long a row may be the oldest
   */
  OutboxWatch(Duration late) {
    this.late = late;
  }

  /**
   * Whether rows leave.
   *
   * @param oldest the first row's id; empty if there is none
   * @param nowNanos as {@link System#nanoTime} says
   */
  boolean flows(OptionalLong oldest, long nowNanos) {
    if (!oldest.equals(seen)) {
      sinceNanos = nowNanos;
    }
    seen = oldest;
    return oldest.isEmpty() || nowNanos - sinceNanos < late.toNanos();
  }
}
