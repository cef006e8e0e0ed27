package io.pulsewarden.telemetry.vitals;

import java.io.ByteArrayOutputStream;
import java.util.UUID;

/** Bytes of our formats, as they grow. One thread at a time. */
final class ByteSink {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  void octet(int value) {
    out.write(value);
  }

  void bytes(byte[] bytes) {
    out.writeBytes(bytes);
  }

  void integer(int value) {
    for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      out.write(value >>> shift);
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
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  /** Small numbers of either sign in few bytes. */
  void zigzag(long value) {
    varint((value << 1) ^ (value >> 63));
  }

  byte[] toByteArray() {
    return out.toByteArray();
  }
}
