package io.pulsewarden.keys.rotation;

import io.pulsewarden.keys.kek.KekVersion;
import java.time.Instant;
import java.util.UUID;

/**
 * The versions of a KEK below one are to be destroyed.
 *
 * @param id random; a copy of the database that holds it is younger than the proof
 * @param oldestKept the first version that stays
 */
record Trim(UUID id, KekVersion oldestKept, State state, Instant provenAt) {

  /** What is durable of it. */
  enum State {
    /** No row has an older version, and none can get one. */
    PROVEN,
    /** A backup taken after that opens, every row of it. */
    VERIFIED,
    /** Gone. */
    TRIMMED
  }
}
