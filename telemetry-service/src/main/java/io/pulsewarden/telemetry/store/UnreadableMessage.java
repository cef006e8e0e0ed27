package io.pulsewarden.telemetry.store;

import com.google.protobuf.ByteString;

/**
 * A message that nothing can be made of. Kept byte for byte, so that it can be read once somebody
 * knows how.
 *
 * @param reason a code such as {@code not-protobuf}
 */
public record UnreadableMessage(long offset, String reason, ByteString value) {}
