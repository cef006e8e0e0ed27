package io.pulsewarden.logverifier;

import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which entry a byte of a small log's file belongs to. */
final class FirstIndex {

  private static final Pattern TILE =
      Pattern.compile("tile/(entries|[0-7])/(\\d{3})(?:\\.p/\\d+)?");

  private FirstIndex() {}

  /**
   * The first index that is wrong when this byte is.
   *
   * @param oversized of the entry that stands for the one blob
   */
  static long of(String path, byte[] file, int at, long oversized) {
    Matcher tile = TILE.matcher(path);
    if (path.equals("checkpoint")) {
      return BadLogException.NO_INDEX;
    }
    if (!tile.matches()) {
      return oversized;
    }
    long first = 256L * Long.parseLong(tile.group(2));
    if (!tile.group(1).equals("entries")) {
      return (first + at / Hashes.BYTES) << (8 * Integer.parseInt(tile.group(1)));
    }
    ByteBuffer left = ByteBuffer.wrap(file);
    int entry = -1;
    while (left.position() <= at) {
      left.position(left.position() + 2 + Short.toUnsignedInt(left.getShort(left.position())));
      entry++;
    }
    return first + entry;
  }
}
