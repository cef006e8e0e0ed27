package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.vitals.Change;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A search in the order of the last change.
 *
 * @param codes LOINC codes, any of which will do; empty for all
 * @param span of the readings
 * @param updated of the changes
 * @param count at most so many on a page
 * @param after where the page before ended; null for the first page
 */
record ChangeQuery(
    UUID patient,
    List<String> codes,
    TimeSpan span,
    TimeSpan updated,
    int count,
    @Nullable Place after)
    implements ObservationSearch {

  ChangeQuery {
    codes = List.copyOf(codes);
    if (count < 1 || count > ObservationQuery.MAX_COUNT) {
      throw new IllegalArgumentException("count out of range");
    }
  }

  /** The place of an Observation in this order. */
  record Place(Change change, Keyset keyset) {}

  /** Where the walk begins: the block that the page before ended in may have more. */
  Change begin() {
    return after == null
        ? Change.NONE
        : new Change(
            after.change().micros(), after.change().partition(), after.change().offset() - 1);
  }
}
