package io.pulsewarden.telemetry.keys;

import java.time.Instant;

/**
 * What key management answered.
 *
 * @param answer its key, if it has one, is the receiver's
 * @param expiresAt when a key must be forgotten; of no meaning without one
 */
record Fetched(KeyAnswer answer, Instant expiresAt) {}
