package io.pulsewarden.telemetry.keys;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What key management answered.
 *
 * @param answer its key, if it has one, is the receiver's; null if this one key can't be had now
 * @param expiresAt when a key must be forgotten; of no meaning without one
 */
record Fetched(@Nullable KeyAnswer answer, Instant expiresAt) {}
