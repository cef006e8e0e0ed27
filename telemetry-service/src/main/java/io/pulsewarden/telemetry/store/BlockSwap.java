package io.pulsewarden.telemetry.store;

import io.smallrye.mutiny.Uni;
import java.util.List;

/** Swaps plain blocks for a compacted row and back, each in one transaction. */
public interface BlockSwap {

  /**
   * Puts the compacted row in the place of the plain blocks, if all of them are there as they were
   * read.
   *
   * @return whether it was done; if not, nothing was
   */
  Uni<Boolean> compact(List<StoredBlock> plain, StoredBlock compacted);

  /**
   * Puts the plain blocks in the place of the compacted row, if that is there.
   *
   * @return whether it was done; if not, nothing was
   */
  Uni<Boolean> expand(StoredBlock compacted, List<StoredBlock> plain);
}
