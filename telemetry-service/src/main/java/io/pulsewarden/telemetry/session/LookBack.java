package io.pulsewarden.telemetry.session;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * How far a look at what changes in the database has to go back: to where the last look began that
 * succeeded, however long ago that is. One look at a time. Thread-safe.
 */
final class LookBack {

  /** A transaction that began before a look and committed after it is seen by a later look. */
  private static final Duration UNCOMMITTED = Duration.ofSeconds(10);

  private final LongSupplier nanos;
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile long seen;

  /**
   * One that begins now.
   *
   * @param nanos a clock that nobody sets, as {@link System#nanoTime}
   */
  LookBack(LongSupplier nanos) {
    this.nanos = nanos;
    this.seen = nanos.getAsLong();
  }

  /** A look that began; empty while another one is not over. */
  Optional<Look> begin() {
    return looking.compareAndSet(false, true)
        ? Optional.of(new Look(nanos.getAsLong()))
        : Optional.empty();
  }

  /** One look. */
  final class Look {

    private final long begun;

    private Look(long begun) {
      this.begun = begun;
    }

    /** How long ago what it sees may have happened. */
    Duration span() {
      return UNCOMMITTED.plusNanos(begun - seen);
    }

    /**
     * It is over.
     *
     * @param all whether it saw all that there was to see
     */
    void ended(boolean all) {
      if (all) {
        seen = begun;
      }
      looking.set(false);
    }
  }
}
