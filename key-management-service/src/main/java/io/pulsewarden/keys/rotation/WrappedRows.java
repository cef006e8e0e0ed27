package io.pulsewarden.keys.rotation;

import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.Wrapped;
import java.util.List;
import java.util.UUID;

/** Rows of subject keys in the live database. Blocks. Thread-safe. */
interface WrappedRows {

  /** A row that was wrapped anew. */
  record Swap(WrappedRow row, Wrapped now) {}

  /**
   * KEKs of an organisation that rows need, and those that only an erased key was wrapped by, until
   * their floor is above it: a backup has that key still, and without a trim it opens for ever.
   */
  List<KekName> keksOf(UUID organisation);

  /** Up to that many rows wrapped by an older version, by id, from after that id. */
  List<WrappedRow> olderThan(KekVersion target, UUID after, int limit);

  /**
   * Exchanges the wrapped bytes of those rows that are still what they were, and counts them to the
   * rotation, in one transaction. A row that was erased or exchanged meanwhile stays as it is.
   *
   * @return how many were exchanged
   */
  int swap(UUID rotation, List<Swap> swaps);
}
