package io.pulsewarden.keys.erasure;

import io.pulsewarden.keys.kek.KekVersion;
import java.util.UUID;

/**
 * A subject key that an erasure destroyed.
 *
 * @param version of the subject's keys, from 1
 * @param kek what it was wrapped by, and backups still have it wrapped by
 */
record DestroyedKey(UUID id, int version, KekVersion kek) {}
