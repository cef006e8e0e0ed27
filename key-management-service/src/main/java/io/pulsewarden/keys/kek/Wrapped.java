package io.pulsewarden.keys.kek;

import com.google.protobuf.ByteString;

/**
 * A wrapped key.
 *
 * @param kek which version wrapped it
 * @param bytes the provider's own form
 */
public record Wrapped(KekVersion kek, ByteString bytes) {}
