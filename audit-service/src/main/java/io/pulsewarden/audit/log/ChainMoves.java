package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What entries change of what is known of their chains: how far each came, and where its records
 * are.
 *
 * @param last how far each chain came, if it went on
 * @param runs all of them that are to be found again: those that went on in runs, which never
 *     overlap, and those out of their places each by itself
 */
record ChainMoves(Map<ChainId, ChainLink> last, List<Run> runs) {

  /** Entries of the log that a run spans at most: as many have to be read to find one of them. */
  static final int WIDTH = 256;

  ChainMoves {
    last = Map.copyOf(last);
    runs = List.copyOf(runs);
  }

  /**
   * Where records of a chain are. Other chains' may stand between.
   *
   * @param firstSequence the lowest of them
   * @param lastSequence the highest
   * @param stray the record's hash, if it is one that was out of its place
   */
  record Run(
      ChainId chain,
      long firstLeaf,
      long lastLeaf,
      long firstSequence,
      long lastSequence,
      boolean showsCertificate,
      Optional<ByteString> stray) {

    static Run of(ChainEntry entry) {
      return one(entry, Optional.empty());
    }

    /** Found by its hash, so that nobody has to read it again. */
    static Run stray(ChainEntry entry) {
      return one(entry, Optional.of(entry.link().hash()));
    }

    private static Run one(ChainEntry entry, Optional<ByteString> stray) {
      long sequence = entry.link().sequence();
      return new Run(
          entry.chain(),
          entry.leaf(),
          entry.leaf(),
          sequence,
          sequence,
          entry.showsCertificate(),
          stray);
    }

    /** Only what does not go on far widens a run: who looks into one reads all of it. */
    boolean reaches(ChainEntry entry) {
      return entry.leaf() - firstLeaf < WIDTH && entry.link().sequence() - firstSequence < WIDTH;
    }

    Run with(ChainEntry entry) {
      long sequence = entry.link().sequence();
      return new Run(
          chain,
          firstLeaf,
          entry.leaf(),
          firstSequence,
          sequence,
          showsCertificate || entry.showsCertificate(),
          Optional.empty());
    }
  }

  /**
   * Of entries in the log's order.
   *
   * @param before where a chain stood before them
   */
  static ChainMoves of(List<ChainEntry> entries, Function<ChainId, ChainPosition> before) {
    Map<ChainId, ChainPosition> now = new HashMap<>();
    Map<ChainId, ChainLink> last = new HashMap<>();
    Map<ChainId, Run> open = new HashMap<>();
    List<Run> runs = new ArrayList<>();
    for (ChainEntry entry : entries) {
      ChainId chain = entry.chain();
      ChainLink link = entry.link();
      ChainPosition position = now.computeIfAbsent(chain, before);
      if (position.isStray(link.sequence())) {
        if (!position.isOverrun()) {
          now.put(chain, position.withStray());
          runs.add(Run.stray(entry));
        }
        continue;
      }
      now.put(chain, position.after(link.sequence(), link.hash()));
      last.put(chain, link);
      Run run = open.get(chain);
      if (run != null && run.reaches(entry)) {
        open.put(chain, run.with(entry));
        continue;
      }
      if (run != null) {
        runs.add(run);
      }
      open.put(chain, Run.of(entry));
    }
    runs.addAll(open.values());
    return new ChainMoves(last, runs);
  }
}
