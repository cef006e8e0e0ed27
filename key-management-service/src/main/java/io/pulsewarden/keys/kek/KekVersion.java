package io.pulsewarden.keys.kek;

/**
 * One version of a KEK.
 *
 * @param version from 1
 */
public record KekVersion(KekName name, int version) {}
