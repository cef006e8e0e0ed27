package io.pulsewarden.keys.erasure;

import java.time.Instant;

/**
 * Who did something, and when.
 *
 * @param by user id
 */
record Act(String by, Instant at) {}
