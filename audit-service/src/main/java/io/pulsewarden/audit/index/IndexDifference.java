package io.pulsewarden.audit.index;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The first entry of which the index says something else than the log.
 *
 * @param leaf its index
 * @param table of the index, such as {@code patient}
 * @param kind what is wrong there
 */
record IndexDifference(long leaf, String table, Kind kind) {

  /** What is wrong. */
  enum Kind {
    /** The log has something that the index does not have. */
    MISSING,
    /** The index has something that the log does not have. */
    EXTRA;

    String code() {
      return this == MISSING ? "index-lacks" : "index-invents";
    }
  }

  /** Compares what the log says of some entries with what the index has of them. */
  static Optional<IndexDifference> first(List<IndexRow> log, List<IndexRow> index) {
    Set<IndexRow> expected = new HashSet<>(log);
    Set<IndexRow> there = new HashSet<>(index);
    return Stream.concat(
            expected.stream()
                .filter(row -> !there.contains(row))
                .map(row -> new IndexDifference(row.leaf(), row.table(), Kind.MISSING)),
            there.stream()
                .filter(row -> !expected.contains(row))
                .map(row -> new IndexDifference(row.leaf(), row.table(), Kind.EXTRA)))
        .min(
            Comparator.comparingLong(IndexDifference::leaf)
                .thenComparing(IndexDifference::kind)
                .thenComparing(IndexDifference::table));
  }
}
