package io.pulsewarden.logverifier;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads Protobuf's wire format, as far as audit records need it, and takes what Protobuf's own
 * readers take: else a log would be judged by another reading than the one that made it.
 */
final class Wire {

  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int GROUP = 3;
  static final int GROUP_END = 4;
  static final int FIXED32 = 5;
  static final int TYPE_BITS = 3;
  private static final int TYPES = (1 << TYPE_BITS) - 1;
  private static final int MAX_VARINT_BITS = 63;

  /** Of messages and groups in one another. */
  private static final int MAX_DEPTH = 100;

  private final byte[] bytes;
  private final int end;
  private final int depth;
  private int at;
  private int tag;

  /** Not in wire format. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  Wire(byte[] bytes) {
    this(bytes, 0, bytes.length, 0);
  }

  private Wire(byte[] bytes, int from, int end, int depth) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
    this.depth = depth;
  }

  /** One behind the other. */
  static byte[] join(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** The next field's number; 0 at the end. */
  int next() throws MalformedException {
    return nextTag() >>> TYPE_BITS;
  }

  /** The next field's number and wire type; 0 at the end. */
  int nextTag() throws MalformedException {
    tag = at == end ? 0 : readTag();
    if (type(tag) == GROUP_END) {
      throw new MalformedException("the end of no group");
    }
    return tag;
  }

  private int readTag() throws MalformedException {
    int read = (int) varint(); // Protobuf's readers drop what is above 32 bits, too.
    if (read >>> TYPE_BITS == 0) {
      throw new MalformedException("no such field");
    }
    return read;
  }

  static int tag(int field, int type) {
    return (field << TYPE_BITS) | type;
  }

  private static int type(int tag) {
    return tag & TYPES;
  }

  long number() throws MalformedException {
    require(VARINT);
    return varint();
  }

  byte[] bytes() throws MalformedException {
    int from = span();
    return Arrays.copyOfRange(bytes, from, at);
  }

  /** A text, which has to be UTF-8. */
  String text() throws MalformedException {
    int from = span();
    return decoded(from);
  }

  /** Passes over a text, which has to be UTF-8. */
  void skipText() throws MalformedException {
    int from = span();
    int ascii = from;
    while (ascii < at && bytes[ascii] >= 0) {
      ascii++;
    }
    if (ascii < at) {
      var _ = decoded(ascii);
    }
  }

  private String decoded(int from) throws MalformedException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, from, at - from))
          .toString();
    } catch (CharacterCodingException other) {
      throw new MalformedException("not UTF-8");
    }
  }

  /** A reader of the message that the field holds. */
  Wire message() throws MalformedException {
    int from = span();
    return new Wire(bytes, from, at, deeper(depth));
  }

  /** Passes over the field's bytes; where they begin. */
  private int span() throws MalformedException {
    require(BYTES);
    int length = (int) varint();
    if (length < 0 || length > end - at) {
      throw new MalformedException("too short");
    }
    int from = at;
    at += length;
    return from;
  }

  /** Passes over a field that this reader does not know. */
  void skip() throws MalformedException {
    skip(tag, depth);
  }

  private void skip(int skipped, int inside) throws MalformedException {
    switch (type(skipped)) {
      case VARINT -> varint();
      case FIXED64 -> advance(Long.BYTES);
      case BYTES -> {
        tag = skipped;
        var _ = span();
      }
      case GROUP -> skipGroup(skipped, deeper(inside));
      case FIXED32 -> advance(Integer.BYTES);
      default -> throw new MalformedException("no such wire type");
    }
  }

  private void skipGroup(int begun, int inside) throws MalformedException {
    for (int inner = readTag(); inner != begun + GROUP_END - GROUP; inner = readTag()) {
      skip(inner, inside);
    }
  }

  private static int deeper(int depth) throws MalformedException {
    if (depth >= MAX_DEPTH) {
      throw new MalformedException("too deep");
    }
    return depth + 1;
  }

  private void require(int expected) throws MalformedException {
    if (type(tag) != expected) {
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
      // Protobuf's reader for Java sets the highest bit for a tenth byte, whatever that one says.
      value |= shift == MAX_VARINT_BITS ? Long.MIN_VALUE : (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new MalformedException("a number that does not end");
  }
}
