package io.pulsewarden.keys.subject;

import io.pulsewarden.keys.kek.Wrapped;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A subject key as the database has it.
 *
 * @param version of the subject's keys, from 1
 * @param wrapped null if, and only if, it was destroyed
 */
public record StoredKey(
    UUID id,
    Subject subject,
    int version,
    SubjectKeyState state,
    @Nullable Wrapped wrapped,
    Instant createdAt) {

  /** Of a subject that was never rotated. */
  public static final int FIRST_VERSION = 1;

  public StoredKey {
    if ((wrapped == null) != (state == SubjectKeyState.DESTROYED)) {
      throw new IllegalArgumentException("a destroyed key has no bytes, any other has");
    }
  }

  /** Whether this is the key that is wanted. */
  boolean serves(WantedKey wanted) {
    return wanted.subject().equals(subject)
        && (wanted.permanent() ? version == FIRST_VERSION : state == SubjectKeyState.ACTIVE);
  }
}
