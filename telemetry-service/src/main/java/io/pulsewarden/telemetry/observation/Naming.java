package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.store.ObservationIdKeys;
import io.pulsewarden.telemetry.store.SeriesId;
import io.pulsewarden.telemetry.vitals.MergedReading;
import io.pulsewarden.telemetry.vitals.SourcedReading;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Gives readings of one patient their Observation ids. One thread at a time. */
final class Naming {

  private final ObservationIdKeys ids;
  private final Map<SeriesKey, SeriesId> series = new HashMap<>();

  private record SeriesKey(UUID source, UUID device, String code) {}

  Naming(ObservationIdKeys ids) {
    this.ids = ids;
  }

  /** Where the reading stands among others. */
  Keyset keyset(MergedReading merged) {
    SourcedReading reading = merged.reading();
    SeriesId id =
        series.computeIfAbsent(
            new SeriesKey(reading.source(), reading.device(), reading.reading().code()),
            key -> ids.series(reading.patient(), key.source(), key.device(), key.code()));
    return new Keyset(reading.reading().timeMillis(), id, merged.ordinal());
  }

  Found found(MergedReading merged) {
    Keyset keyset = keyset(merged);
    return new Found(
        ids.encode(
            new ObservationIdKeys.Position(keyset.series(), keyset.timeMillis(), keyset.ordinal())),
        keyset,
        merged);
  }
}
