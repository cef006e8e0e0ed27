package io.pulsewarden.registry.lifecycle;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the first person says.
 *
 * @param sanitisedAt null where nothing was done
 * @param reference null where nothing was done
 */
record Decommissioning(
    String reason,
    SanitisationMethod method,
    @Nullable Instant sanitisedAt,
    @Nullable String reference) {}
