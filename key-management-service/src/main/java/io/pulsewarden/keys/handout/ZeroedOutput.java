package io.pulsewarden.keys.handout;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes that are collected and leave no copy: what it grew out of is zeroed, and so is the rest.
 */
final class ZeroedOutput {

  private byte[] bytes;
  private int length;

  /**
   * @param expected how many bytes it takes without growing
   */
  ZeroedOutput(int expected) {
    bytes = new byte[expected];
  }

  void ascii(String text) {
    write(text.getBytes(StandardCharsets.US_ASCII));
  }

  void write(byte[] more) {
    if (bytes.length - length < more.length) {
      byte[] grown = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more.length));
      Arrays.fill(bytes, (byte) 0);
      bytes = grown;
    }
    System.arraycopy(more, 0, bytes, length, more.length);
    length += more.length;
  }

  /** All of it, the caller's to zero; here nothing is left. */
  byte[] take() {
    byte[] all = Arrays.copyOf(bytes, length);
    Arrays.fill(bytes, (byte) 0);
    length = 0;
    return all;
  }

  /** For a test to look into. */
  byte[] buffer() {
    return bytes;
  }
}
