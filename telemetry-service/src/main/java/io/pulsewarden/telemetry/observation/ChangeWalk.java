package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.observation.ChangeQuery.Place;
import io.pulsewarden.telemetry.store.BlockOpener.BlockContent;
import io.pulsewarden.telemetry.store.ChangeStore.Step;
import io.pulsewarden.telemetry.store.ObservationIdKeys;
import io.pulsewarden.telemetry.store.VitalBlockStore.Direction;
import io.pulsewarden.telemetry.vitals.Change;
import io.pulsewarden.telemetry.vitals.MergedReading;
import io.pulsewarden.telemetry.vitals.Wanted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One search on its way through a patient's changes. A reading that is stored more than once shows
 * up once: at the last change of its copies. One thread at a time.
 */
final class ChangeWalk {

  static final int STEP = 64;
  private static final int COMPACTED = 4;

  /** Readings so near to each other are looked up at once. */
  private static final long NEAR_MILLIS = 60_000;

  private static final Comparator<Place> ORDER =
      Comparator.comparing(Place::change)
          .thenComparing(Place::keyset, Keyset.order(Direction.OLDEST_FIRST));

  private final ChangeQuery query;
  private final Naming naming;
  private final Wanted wanted;
  private final List<Found> found = new ArrayList<>();
  private Change last;
  private int compacted = COMPACTED;
  private boolean exhausted;

  ChangeWalk(ChangeQuery query, ObservationIdKeys ids) {
    this.query = query;
    this.naming = new Naming(ids);
    this.wanted = new WantedReadings(query.span(), CodeFilter.of(query.codes()));
    this.last = query.begin();
  }

  Change last() {
    return last;
  }

  /** How many compacted rows to look at. */
  int compacted() {
    return compacted;
  }

  /** Those blocks of the rows that changed behind the last one, up to the frontier. */
  List<BlockContent> changed(Step step, List<BlockContent> contents) {
    return contents.stream()
        .filter(
            content -> {
              Change change = content.block().change();
              return change.compareTo(last) > 0
                  && change.compareTo(step.frontier()) <= 0
                  && query.updated().holds(change.millis());
            })
        .toList();
  }

  /** Spans of time that the wanted readings of these blocks lie in, in order. */
  List<TimeSpan> spans(List<BlockContent> changed) {
    long[] times =
        changed.stream()
            .flatMap(content -> Placed.of(content, wanted).stream())
            .mapToLong(placed -> placed.copy().reading().reading().timeMillis())
            .sorted()
            .toArray();
    List<TimeSpan> spans = new ArrayList<>();
    for (long time : times) {
      if (!spans.isEmpty() && time - spans.getLast().untilMillis() <= NEAR_MILLIS) {
        spans.set(spans.size() - 1, new TimeSpan(spans.getLast().fromMillis(), time));
      } else {
        spans.add(new TimeSpan(time, time));
      }
    }
    return spans;
  }

  /**
   * Takes in the next changes.
   *
   * @param copies all blocks that touch the spans of the changed ones
   */
  void add(Step step, List<BlockContent> changed, List<BlockContent> copies) {
    Set<Change> here = new HashSet<>();
    changed.forEach(content -> here.add(content.block().change()));
    List<Placed> placed =
        copies.stream().flatMap(content -> Placed.of(content, wanted).stream()).toList();
    Placed.merged(placed).stream()
        .filter(merged -> here.contains(merged.lastChange()))
        .filter(this::isBehindThePageBefore)
        .sorted(Comparator.comparing(this::place, ORDER))
        .map(naming::found)
        .forEach(found::add);
    exhausted = step.exhausted();
    if (step.frontier().compareTo(last) > 0) {
      last = step.frontier();
    } else {
      compacted *= 2;
    }
  }

  /** Whether a page, and the knowledge whether there is another one, needs no more changes. */
  boolean done() {
    return exhausted || found.size() > query.count();
  }

  List<Found> found() {
    return found;
  }

  private boolean isBehindThePageBefore(MergedReading merged) {
    Place after = query.after();
    return after == null || ORDER.compare(place(merged), after) > 0;
  }

  private Place place(MergedReading merged) {
    return new Place(merged.lastChange(), naming.keyset(merged));
  }
}
