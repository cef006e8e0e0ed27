package io.pulsewarden.audit.retention;

import java.time.Instant;

/**
 * What the policy lets go.
 *
 * @param minimum entries below it; a multiple of 256, 0 if there are none
 * @param before when a checkpoint had covered them all, whole seconds
 */
record Prunable(long minimum, Instant before) {}
