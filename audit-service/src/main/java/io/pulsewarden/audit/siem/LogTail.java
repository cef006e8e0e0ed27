package io.pulsewarden.audit.siem;

import java.util.List;

/** What is streamed: the published log, and how far it got. Blocks. */
interface LogTail {

  /**
   * Entries from an index on that a published checkpoint covers, one after the other. Where entries
   * were pruned, the first is the first that is kept.
   */
  List<TailEntry> read(long from, int limit);

  /** How many entries are published. */
  long published();

  /** Where a destination stands: the first entry that it is not known to have. */
  long cursor(String destination);

  /**
   * Moves a destination's cursor.
   *
   * @return false if it stands elsewhere: another instance streams to the same destination
   */
  boolean advance(String destination, long from, long to);
}
