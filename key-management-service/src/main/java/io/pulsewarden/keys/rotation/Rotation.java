package io.pulsewarden.keys.rotation;

import io.pulsewarden.keys.kek.KekVersion;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All keys of a KEK are to be wrapped by a version.
 *
 * @param target that version, or a newer one
 * @param rewrapped keys so far
 * @param left keys that an older version wraps still; 0 if it is finished
 * @param finishedAt when none was left; keys wrapped at that moment by an older version may follow
 */
record Rotation(
    UUID id,
    KekVersion target,
    long rewrapped,
    long left,
    Instant requestedAt,
    @Nullable Instant finishedAt) {}
