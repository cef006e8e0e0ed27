package io.pulsewarden.logverifier;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * Names a producer's chain.
 *
 * @param high first half of the incarnation
 * @param low second half
 */
record ChainName(String service, long high, long low) {

  /** Of an incarnation of 16 bytes. */
  static ChainName of(String service, byte[] incarnation) {
    ByteBuffer halves = ByteBuffer.wrap(incarnation);
    return new ChainName(service, halves.getLong(), halves.getLong());
  }

  /** For people. */
  String text() {
    HexFormat hex = HexFormat.of();
    return service + "/" + hex.toHexDigits(high) + hex.toHexDigits(low);
  }
}
