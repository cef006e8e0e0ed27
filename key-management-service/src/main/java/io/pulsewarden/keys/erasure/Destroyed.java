package io.pulsewarden.keys.erasure;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An erasure whose keys are gone.
 *
 * @param purge null until the store of vitals said that it deleted what it has in clear
 */
record Destroyed(
    Erasure erasure, List<DestroyedKey> keys, List<HolderEnd> holders, @Nullable Purge purge) {

  Destroyed {
    keys = List.copyOf(keys);
    holders = List.copyOf(holders);
  }

  /** Whether nobody holds a key any more, and nothing in clear is left. */
  boolean complete(Instant now) {
    return purge != null && holders.stream().allMatch(holder -> holder.over(now));
  }
}
