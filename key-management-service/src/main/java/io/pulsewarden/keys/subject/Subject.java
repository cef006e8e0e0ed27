package io.pulsewarden.keys.subject;

import java.util.UUID;

/** Who has a key of their own, which is destroyed with them. */
public record Subject(UUID organisation, SubjectKind kind, UUID id) {}
