package io.pulsewarden.telemetry.store;

import com.google.protobuf.ByteString;

/**
 * A message that nothing can be made of. Kept byte for byte, so that it can be read once somebody
 * knows how.
 *
 * @param reason a code such as {@code not-protobuf}
 */
public record UnreadableMessage(long offset, String reason, ByteString value) {

  /** Held by a device that was given up: it is sealed under a key that does not open. */
  static final String UNUSABLE_KEY = "unusable-key";
}
