package io.pulsewarden.keys.erasure;

import java.time.Instant;

/**
 * A hold in force.
 *
 * @param placedBy user id
 */
record LegalHold(Patient patient, Code reason, String placedBy, Instant placedAt) {}
