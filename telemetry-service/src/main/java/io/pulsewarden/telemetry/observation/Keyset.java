package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.store.SeriesId;
import io.pulsewarden.telemetry.store.VitalBlockStore.Direction;
import java.util.Comparator;

/** The place of an Observation in the order of a search. No two have the same. */
record Keyset(long timeMillis, SeriesId series, int ordinal) {

  static Comparator<Keyset> order(Direction direction) {
    Comparator<Keyset> byTime = Comparator.comparingLong(Keyset::timeMillis);
    return (direction == Direction.NEWEST_FIRST ? byTime.reversed() : byTime)
        .thenComparing(Keyset::series)
        .thenComparingInt(Keyset::ordinal);
  }
}
