package io.pulsewarden.logverifier;

import java.util.Arrays;

/** Reads Protobuf's wire format, as far as audit records need it. */
final class Wire {

  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;
  private static final int MAX_VARINT_BITS = 63;

  private final byte[] bytes;
  private final int end;
  private int at;
  private int wireType;

  /** Not in wire format. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  Wire(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private Wire(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  /** The next field's number; 0 at the end. */
  int next() throws MalformedException {
    if (at == end) {
      return 0;
    }
    long tag = varint();
    wireType = (int) (tag & 7);
    long field = tag >>> 3;
    if (field == 0 || field > Integer.MAX_VALUE) {
      throw new MalformedException("no such field");
    }
    return (int) field;
  }

  long number() throws MalformedException {
    require(VARINT);
    return varint();
  }

  byte[] bytes() throws MalformedException {
    int from = span();
    return Arrays.copyOfRange(bytes, from, at);
  }

  /** A reader of the message that the field holds. */
  Wire message() throws MalformedException {
    int from = span();
    return new Wire(bytes, from, at);
  }

  /** Passes over the field's bytes; where they begin. */
  private int span() throws MalformedException {
    require(BYTES);
    long length = varint();
    if (length < 0 || length > end - at) {
      throw new MalformedException("too short");
    }
    int from = at;
    at += (int) length;
    return from;
  }

  /** Passes over a field that this reader does not know. */
  void skip() throws MalformedException {
    switch (wireType) {
      case VARINT -> varint();
      case FIXED64 -> advance(Long.BYTES);
      case BYTES -> {
        var _ = span();
      }
      case FIXED32 -> advance(Integer.BYTES);
      default -> throw new MalformedException("no such wire type");
    }
  }

  private void require(int expected) throws MalformedException {
    if (wireType != expected) {
      throw new MalformedException("another wire type");
    }
  }

  private void advance(int count) throws MalformedException {
    if (count > end - at) {
      throw new MalformedException("too short");
    }
    at += count;
  }

  private long varint() throws MalformedException {
    long value = 0;
    for (int shift = 0; shift <= MAX_VARINT_BITS; shift += 7) {
      if (at == end) {
        throw new MalformedException("too short");
      }
      byte next = bytes[at++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new MalformedException("a number that does not end");
  }
}
