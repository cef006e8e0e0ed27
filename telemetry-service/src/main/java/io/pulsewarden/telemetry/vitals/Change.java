package io.pulsewarden.telemetry.vitals;

import java.util.Comparator;

/**
 * When a stored copy of a reading was committed, or withdrawn, and where it stands: the order in
 * which readers by {@code _lastUpdated} see things. No two blocks have the same.
 *
 * @param micros Unix time in microseconds
 */
public record Change(long micros, int partition, long offset) implements Comparable<Change> {

  /** Before all others. */
  public static final Change NONE = new Change(0, -1, -1);

  private static final Comparator<Change> ORDER =
      Comparator.comparingLong(Change::micros)
          .thenComparingInt(Change::partition)
          .thenComparingLong(Change::offset);

  private static final long MICROS_OF_A_MILLI = 1_000;

  /** Unix time in milliseconds. */
  public long millis() {
    return Math.floorDiv(micros, MICROS_OF_A_MILLI);
  }

  @Override
  public int compareTo(Change other) {
    return ORDER.compare(this, other);
  }

  /** The later one. */
  static Change later(Change one, Change other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
