package io.pulsewarden.audit.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What entries change of what is known of their chains: how far each came, and where its records
 * are.
 *
 * @param last the record with the highest sequence of each chain among them; of several, the first
 * @param runs all of them, in runs
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
   */
  record Run(
      ChainId chain,
      long firstLeaf,
      long lastLeaf,
      long firstSequence,
      long lastSequence,
      boolean showsCertificate) {

    static Run of(ChainEntry entry) {
      long sequence = entry.link().sequence();
      return new Run(
          entry.chain(), entry.leaf(), entry.leaf(), sequence, sequence, entry.showsCertificate());
    }

    /**
     * Only what goes on in order, and not far, widens a run: who looks into one reads all of it.
     */
    boolean reaches(ChainEntry entry) {
      long sequence = entry.link().sequence();
      return entry.leaf() - firstLeaf < WIDTH
          && sequence > lastSequence
          && sequence - firstSequence < WIDTH;
    }

    Run with(ChainEntry entry) {
      long sequence = entry.link().sequence();
      return new Run(
          chain,
          firstLeaf,
          entry.leaf(),
          firstSequence,
          sequence,
          showsCertificate || entry.showsCertificate());
    }
  }

  /** Of entries in the log's order. */
  static ChainMoves of(List<ChainEntry> entries) {
    Map<ChainId, ChainLink> last = new HashMap<>();
    Map<ChainId, Run> open = new HashMap<>();
    List<Run> runs = new ArrayList<>();
    for (ChainEntry entry : entries) {
      last.merge(
          entry.chain(),
          entry.link(),
          (before, now) -> now.sequence() > before.sequence() ? now : before);
      Run run = open.get(entry.chain());
      if (run != null && run.reaches(entry)) {
        open.put(entry.chain(), run.with(entry));
        continue;
      }
      if (run != null) {
        runs.add(run);
      }
      open.put(entry.chain(), Run.of(entry));
    }
    runs.addAll(open.values());
    return new ChainMoves(last, runs);
  }
}
