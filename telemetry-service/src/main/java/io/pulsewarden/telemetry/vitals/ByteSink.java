package io.pulsewarden.telemetry.vitals;

import java.util.Arrays;
import java.util.UUID;

/** Bytes of our formats, as they grow. One thread at a time; the JDK's takes a lock a byte. */
final class ByteSink {

  private static final int USUAL = 256;

  private byte[] bytes = new byte[USUAL];
  private int length;

  void octet(int value) {
    if (length == bytes.length) {
      grow(1);
    }
    bytes[length++] = (byte) value;
  }

  void bytes(byte[] more) {
    if (more.length > bytes.length - length) {
      grow(more.length);
    }
    System.arraycopy(more, 0, bytes, length, more.length);
    length += more.length;
  }

  private void grow(int by) {
    bytes =
        Arrays.copyOf(bytes, Math.max(Math.addExact(length, by), Math.multiplyExact(length, 2)));
  }

  void integer(int value) {
    for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      octet(value >>> shift);
    }
  }

  void id(UUID id) {
    integer((int) (id.getMostSignificantBits() >>> Integer.SIZE));
    integer((int) id.getMostSignificantBits());
    integer((int) (id.getLeastSignificantBits() >>> Integer.SIZE));
    integer((int) id.getLeastSignificantBits());
  }

  /** Seven bits a byte, lowest first; the top bit set on all but the last. Unsigned. */
  void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      octet((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    octet((int) rest);
  }

  /** Small numbers of either sign in few bytes. */
  void zigzag(long value) {
    varint((value << 1) ^ (value >> 63));
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }
}
