package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.store.BlockOpener.BlockContent;
import io.pulsewarden.telemetry.store.ObservationIdKeys;
import io.pulsewarden.telemetry.store.SeriesId;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.vitals.MergedReading;
import io.pulsewarden.telemetry.vitals.ReadingMerge;
import io.pulsewarden.telemetry.vitals.SourcedReading;
import io.pulsewarden.telemetry.vitals.VitalSign;
import io.pulsewarden.telemetry.vitals.WaveSign;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One search on its way through a patient's blocks. Blocks come by their latest time (or earliest,
 * in the other direction), and a block may hold readings of any length of time: a reading is
 * settled, with all its duplicates seen, once the walk has gone past its time. One thread at a
 * time.
 */
final class Walk {

  private static final int FIRST_STEP = 64;
  private static final int MAX_STEP = 512;

  private final ObservationQuery query;
  private final ObservationIdKeys ids;
  private final Set<String> codes;
  private final TimeSpan span;
  private final List<Placed> gathered = new ArrayList<>();
  private final Map<SeriesKey, SeriesId> series = new HashMap<>();
  private @Nullable StoredBlock last;
  private int step = FIRST_STEP;
  private boolean exhausted;

  private record Placed(int partition, long offset, int position, ReadingMerge.Copy copy) {
    static final Comparator<Placed> STORE_ORDER =
        Comparator.comparingInt(Placed::partition)
            .thenComparingLong(Placed::offset)
            .thenComparingInt(Placed::position);
  }

  private record SeriesKey(UUID source, UUID device, String code) {}

  Walk(ObservationQuery query, ObservationIdKeys ids) {
    this.query = query;
    this.ids = ids;
    this.codes = withSynonyms(query.codes());
    this.span = query.remaining();
  }

  @Nullable StoredBlock last() {
    return last;
  }

  int step() {
    return step;
  }

  /** Takes in the next blocks; fewer than were asked for are the last ones. */
  void add(List<BlockContent> blocks) {
    for (BlockContent content : blocks) {
      StoredBlock block = content.block();
      int position = 0;
      for (SourcedReading reading : content.readings()) {
        if (span.holds(reading.reading().timeMillis()) && wanted(reading.reading().code())) {
          gathered.add(
              new Placed(
                  block.partition(),
                  block.offset(),
                  position,
                  new ReadingMerge.Copy(reading, block.withdrawn().contains(position))));
        }
        position++;
      }
      last = block;
    }
    exhausted = blocks.size() < step;
    step = Math.min(2 * step, MAX_STEP);
  }

  /** Whether a page, and the knowledge whether there is another one, needs no more blocks. */
  boolean done() {
    return exhausted || (gathered.size() > query.count() && settled().size() > query.count());
  }

  /** What is certain, in the search's order, after the page before. */
  List<Found> settled() {
    Comparator<Keyset> order = Keyset.order(query.direction());
    Keyset after = query.after();
    return ReadingMerge.mergeCopies(
            gathered.stream().sorted(Placed.STORE_ORDER).map(Placed::copy).toList())
        .stream()
        .filter(reading -> isSettled(reading.reading().reading().timeMillis()))
        .map(this::found)
        .filter(found -> after == null || order.compare(found.keyset(), after) > 0)
        .sorted(Comparator.comparing(Found::keyset, order))
        .toList();
  }

  private boolean isSettled(long time) {
    StoredBlock frontier = last;
    if (exhausted || frontier == null) {
      return true;
    }
    return switch (query.direction()) {
      case NEWEST_FIRST -> time > frontier.lastTimeMillis();
      case OLDEST_FIRST -> time < frontier.firstTimeMillis();
    };
  }

  private Found found(MergedReading merged) {
    SourcedReading reading = merged.reading();
    SeriesId id =
        series.computeIfAbsent(
            new SeriesKey(reading.source(), reading.device(), reading.reading().code()),
            key -> ids.series(reading.patient(), key.source(), key.device(), key.code()));
    long time = reading.reading().timeMillis();
    return new Found(
        ids.encode(new ObservationIdKeys.Position(id, time, merged.ordinal())),
        new Keyset(time, id, merged.ordinal()),
        merged);
  }

  private boolean wanted(String code) {
    return codes.isEmpty() || codes.contains(code);
  }

  // An Observation that carries two codings is found by either.
  private static Set<String> withSynonyms(List<String> codes) {
    Set<String> all = new HashSet<>(codes);
    Arrays.stream(VitalSign.values())
        .filter(sign -> sign.alsoCodedAs().stream().anyMatch(codes::contains))
        .forEach(sign -> all.add(sign.code()));
    Arrays.stream(WaveSign.values())
        .filter(sign -> sign.alsoCodedAs().stream().anyMatch(codes::contains))
        .forEach(sign -> all.add(sign.code()));
    return all;
  }
}
