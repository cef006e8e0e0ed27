package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.store.BlockOpener.BlockContent;
import io.pulsewarden.telemetry.store.ObservationIdKeys;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.vitals.Reading;
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

  private final ObservationQuery query;
  private final Naming naming;
  private final CodeFilter codes;
  private final TimeSpan span;
  private final List<Placed> gathered = new ArrayList<>();
  private @Nullable StoredBlock last;
  private int step = FIRST_STEP;
  private boolean exhausted;

  Walk(ObservationQuery query, ObservationIdKeys ids) {
    this.query = query;
    this.naming = new Naming(ids);
    this.codes = CodeFilter.of(query.codes());
    this.span = query.remaining();
  }

  @Nullable StoredBlock last() {
    return last;
  }

  int step() {
    return step;
  }

  /**
   * Takes in the next rows; fewer than were asked for are the last ones.
   *
   * @param contents of all of them
   */
  void add(List<StoredBlock> rows, List<BlockContent> contents) {
    contents.forEach(content -> gathered.addAll(Placed.of(content, this::wanted)));
    if (!rows.isEmpty()) {
      last = rows.getLast();
    }
    exhausted = rows.size() < step;
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
    return Placed.merged(gathered).stream()
        .filter(reading -> isSettled(reading.reading().reading().timeMillis()))
        .map(naming::found)
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

  private boolean wanted(Reading reading) {
    return span.holds(reading.timeMillis()) && codes.wants(reading.code());
  }
}
