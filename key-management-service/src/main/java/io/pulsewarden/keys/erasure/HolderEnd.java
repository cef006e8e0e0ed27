package io.pulsewarden.keys.erasure;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a process that held keys came to hold none.
 *
 * @param fencedAt when the last it got was past its time, whatever it did
 * @param evictedAt when it said that it has evicted them; null if it never did
 */
record HolderEnd(UUID instance, String service, Instant fencedAt, @Nullable Instant evictedAt) {

  /** Whether it holds nothing any more. */
  boolean over(Instant now) {
    return evictedAt != null || !fencedAt.isAfter(now);
  }
}
