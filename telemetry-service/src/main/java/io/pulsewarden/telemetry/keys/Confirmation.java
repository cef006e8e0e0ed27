package io.pulsewarden.telemetry.keys;

import java.util.List;
import java.util.UUID;

/**
 * What key management is told of keys that were destroyed.
 *
 * @param instance under which name they were held
 * @param evicted subject keys of which nothing is in hand any more
 * @param purged patients of whom nothing is kept in clear any more
 * @param leaving whether nothing at all is held under that name any more, and never will be
 */
public record Confirmation(
    UUID instance, List<UUID> evicted, List<Purged> purged, boolean leaving) {

  public Confirmation {
    evicted = List.copyOf(evicted);
    purged = List.copyOf(purged);
  }

  /** What was deleted of the patient whose key this was. */
  public record Purged(UUID subjectKeyId, long blindIndexes, long heldBlocks) {}
}
