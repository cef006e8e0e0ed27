package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.store.BlockOpener.BlockContent;
import io.pulsewarden.telemetry.store.ObservationIdKeys;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.vitals.MergedReading;
import io.pulsewarden.telemetry.vitals.Wanted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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

  /** Copies of each reading of a page that are looked at first. */
  private static final int ENOUGH = 4;

  private final ObservationQuery query;
  private final Naming naming;
  private final Wanted wanted;
  private final List<Placed> gathered = new ArrayList<>();
  private @Nullable StoredBlock last;
  private int step = FIRST_STEP;
  private boolean exhausted;

  Walk(ObservationQuery query, ObservationIdKeys ids) {
    this.query = query;
    this.naming = new Naming(ids);
    this.wanted = new WantedReadings(query.remaining(), CodeFilter.of(query.codes()));
  }

  @Nullable StoredBlock last() {
    return last;
  }

  /** Which readings it needs. */
  Wanted wanted() {
    return wanted;
  }

  int step() {
    return step;
  }

  /**
   * How many of the next rows to open together. A compacted one has an hour's readings, so that the
   * rows behind it may not be needed.
   *
   * @param compacted so many of those
   */
  static int portion(List<StoredBlock> rows, int compacted) {
    int left = compacted;
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).compacted() && --left == 0) {
        return i + 1;
      }
    }
    return rows.size();
  }

  /**
   * Takes in the next rows.
   *
   * @param contents of all of them
   * @param exhausted whether they are the last ones
   */
  void add(List<StoredBlock> rows, List<BlockContent> contents, boolean exhausted) {
    contents.forEach(content -> gathered.addAll(Placed.of(content, wanted)));
    if (!rows.isEmpty()) {
      last = rows.getLast();
    }
    this.exhausted = exhausted;
  }

  /** More rows for the next step. */
  void goOn() {
    step = Math.min(2 * step, MAX_STEP);
  }

  /** Whether a page, and the knowledge whether there is another one, needs no more blocks. */
  boolean done() {
    return exhausted || (gathered.size() > query.count() && settled().size() > query.count());
  }

  /**
   * What is certain, in the search's order, after the page before: as much as a page needs, and one
   * more.
   */
  List<Found> settled() {
    // A compacted row has an hour's readings: all of them are merged only if the first don't do.
    List<Placed> first = Placed.first(gathered, query.direction(), ENOUGH * (query.count() + 1));
    List<Found> found = settled(first);
    return found.size() > query.count() || first.size() == gathered.size()
        ? found
        : settled(gathered);
  }

  private List<Found> settled(List<Placed> copies) {
    Comparator<Keyset> order = Keyset.order(query.direction());
    Keyset after = query.after();
    return Placed.merged(copies).stream()
        .filter(reading -> isSettled(reading.reading().reading().timeMillis()))
        .map(reading -> new Candidate(naming.keyset(reading), reading))
        .filter(one -> after == null || order.compare(one.keyset(), after) > 0)
        .sorted(Comparator.comparing(Candidate::keyset, order))
        .limit(query.count() + 1L)
        // An id is sealed, which costs: for those alone that are shown.
        .map(one -> naming.found(one.reading()))
        .toList();
  }

  private record Candidate(Keyset keyset, MergedReading reading) {}

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
}
