package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.store.VitalBlockStore.Direction;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A search as it was understood.
 *
 * @param codes LOINC codes, any of which will do; empty for all
 * @param count at most so many on a page
 * @param after where the page before ended; null for the first page
 */
record ObservationQuery(
    UUID patient,
    List<String> codes,
    TimeSpan span,
    int count,
    Direction direction,
    @Nullable Keyset after)
    implements ObservationSearch {

  static final int DEFAULT_COUNT = 100;
  static final int MAX_COUNT = 1_000;

  ObservationQuery {
    codes = List.copyOf(codes);
    if (count < 1 || count > MAX_COUNT) {
      throw new IllegalArgumentException("count out of range");
    }
  }

  ObservationQuery continuedAfter(Keyset last) {
    return new ObservationQuery(patient, codes, span, count, direction, last);
  }

  /** The rest of it, from this moment on. */
  ObservationQuery from(long timeMillis) {
    TimeSpan rest = span.and(new TimeSpan(timeMillis, Long.MAX_VALUE));
    return new ObservationQuery(patient, codes, rest, count, direction, null);
  }

  /** The span that is still of interest: nothing before the page's end in the walk's direction. */
  TimeSpan remaining() {
    if (after == null) {
      return span;
    }
    return switch (direction) {
      case NEWEST_FIRST -> span.and(new TimeSpan(0, after.timeMillis()));
      case OLDEST_FIRST -> span.and(new TimeSpan(after.timeMillis(), Long.MAX_VALUE));
    };
  }
}
