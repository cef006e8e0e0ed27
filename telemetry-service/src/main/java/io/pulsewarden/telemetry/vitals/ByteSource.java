package io.pulsewarden.telemetry.vitals;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Reads what {@link ByteSink} writes. One thread at a time.
 *
 * <p>Each method throws {@link BufferUnderflowException} where the bytes end too early.
 */
final class ByteSource {

  private static final int LAST_SHIFT = 63;

  private final ByteBuffer in;

  ByteSource(byte[] bytes) {
    this.in = ByteBuffer.wrap(bytes);
  }

  int octet() {
    return in.get() & 0xFF;
  }

  byte[] bytes(int count) {
    if (count > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[count];
    in.get(bytes);
    return bytes;
  }

  int integer() {
    return in.getInt();
  }

  UUID id() {
    return new UUID(in.getLong(), in.getLong());
  }

  long varint() {
    long value = 0;
    for (int shift = 0; shift <= LAST_SHIFT; shift += 7) {
      int next = octet();
      value |= (long) (next & 0x7F) << shift;
      if ((next & 0x80) == 0) {
        return value;
      }
    }
    throw new MalformedBlockException("a number that never ends");
  }

  long zigzag() {
    long value = varint();
    return (value >>> 1) ^ -(value & 1);
  }

  /** So many numbers, each written as the difference to the one before. */
  long[] differences(int count) {
    if (count > in.remaining()) {
      throw new BufferUnderflowException();
    }
    long[] values = new long[count];
    long previous = 0;
    for (int i = 0; i < count; i++) {
      previous += zigzag();
      values[i] = previous;
    }
    return values;
  }

  int remaining() {
    return in.remaining();
  }

  byte[] rest() {
    return bytes(in.remaining());
  }
}
