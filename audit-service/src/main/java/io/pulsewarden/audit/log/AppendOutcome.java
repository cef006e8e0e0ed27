package io.pulsewarden.audit.log;

import java.util.List;

/** What became of a batch. */
sealed interface AppendOutcome {

  /**
   * It is in the log.
   *
   * @param leaves in the log's order, from {@code head.size() - leaves.size()} on
   * @param duplicates records that the log had already
   */
  record Committed(TreeHead head, List<Leaf> leaves, long duplicates) implements AppendOutcome {
    public Committed {
      leaves = List.copyOf(leaves);
    }
  }

  /** Another sequencer moved the log meanwhile; nothing was changed. */
  record Overtaken() implements AppendOutcome {}
}
