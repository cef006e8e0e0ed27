package io.pulsewarden.audit.index;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Compares a generation of the index with the log, entry by entry. Blocks. */
final class IndexCheck {

  private static final long RANGE = 1000;

  private final IndexRowsStore store;

  IndexCheck(IndexRowsStore store) {
    this.store = store;
  }

  /**
   * What a comparison saw.
   *
   * @param entries that were compared
   * @param first the first difference; empty if there is none
   */
  record Result(long entries, Optional<IndexDifference> first) {}

  /** The generation that searches read, as far as the log is committed. */
  Result searched() {
    return of(store.searched().number());
  }

  /** A generation, as far as the log is committed. */
  Result of(int generation) {
    // A batch commits its rows with its leaves: below this size nothing is on its way.
    long size = store.size();
    long compared = 0;
    long from = Long.MIN_VALUE;
    while (from < size) {
      OptionalLong kept = store.firstKept(Math.max(from, 0));
      long to = Math.min(size, kept.orElse(size) + RANGE);
      var leaves = store.leaves(Math.max(from, 0), to);
      List<IndexRow> expected =
          leaves.stream().flatMap(leaf -> IndexRow.of(leaf).stream()).toList();
      Optional<IndexDifference> first =
          IndexDifference.first(expected, store.rows(generation, from, to));
      compared += leaves.size();
      if (first.isPresent()) {
        return new Result(compared, first);
      }
      from = to;
    }
    return new Result(compared, Optional.empty());
  }
}
