package io.pulsewarden.keys.rekeying;

import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKeyState;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A subject's key, without its bytes.
 *
 * @param version of the subject's keys, from 1
 */
record KeyRow(
    UUID id,
    Subject subject,
    int version,
    SubjectKeyState state,
    Instant createdAt,
    @Nullable Instant rotatedAt,
    @Nullable Instant destroyedAt) {}
