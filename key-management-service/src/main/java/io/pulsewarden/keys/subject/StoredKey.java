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

  public StoredKey {
    if ((wrapped == null) != (state == SubjectKeyState.DESTROYED)) {
      throw new IllegalArgumentException("a destroyed key has no bytes, any other has");
    }
  }
}
