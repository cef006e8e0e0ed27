package io.pulsewarden.telemetry.vitals;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** The outer bytes of a compacted block: its body as it is, or by raw Deflate (RFC 1951). */
final class Deflation {

  static final int VERSION = 1;
  private static final int STORED = 0;
  private static final int DEFLATED = 1;

  /** Far beyond an hour of anything; bounds what a block can make us hold. */
  private static final int MAX_BODY = 32 << 20;

  private static final int CHUNK = 8_192;

  private Deflation() {}

  static byte[] pack(byte[] body) {
    byte[] deflated = deflate(body);
    boolean pays = deflated.length < body.length;
    ByteSink out = new ByteSink();
    out.octet(VERSION);
    out.octet(pays ? DEFLATED : STORED);
    out.varint(body.length);
    out.bytes(pays ? deflated : body);
    return out.toByteArray();
  }

  static byte[] unpack(byte[] bytes) {
    try {
      ByteSource in = new ByteSource(bytes);
      if (in.octet() != VERSION) {
        throw new MalformedBlockException("unknown version of a compacted block");
      }
      int how = in.octet();
      long length = in.varint();
      if (length < 0 || length > MAX_BODY) {
        throw new MalformedBlockException("a compacted block that is too large");
      }
      byte[] body =
          switch (how) {
            case STORED -> in.rest();
            case DEFLATED -> inflate(in.rest(), (int) length);
            default -> throw new MalformedBlockException("unknown compression");
          };
      if (body.length != length) {
        throw new MalformedBlockException("a compacted block of another length");
      }
      return body;
    } catch (BufferUnderflowException cutShort) {
      throw new MalformedBlockException("the block is cut short");
    }
  }

  private static byte[] deflate(byte[] body) {
    try (Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true)) {
      deflater.setInput(body);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] chunk = new byte[CHUNK];
      while (!deflater.finished()) {
        out.write(chunk, 0, deflater.deflate(chunk));
      }
      return out.toByteArray();
    }
  }

  private static byte[] inflate(byte[] deflated, int length) {
    try (Inflater inflater = new Inflater(true)) {
      inflater.setInput(deflated);
      byte[] body = new byte[length];
      int filled = 0;
      while (filled < length) {
        int more = inflater.inflate(body, filled, length - filled);
        if (more == 0) {
          throw new MalformedBlockException("the block is cut short");
        }
        filled += more;
      }
      // One byte more than there may be, to see that there is none, and that all was used.
      if (inflater.inflate(new byte[1]) != 0
          || !inflater.finished()
          || inflater.getRemaining() != 0) {
        throw new MalformedBlockException("trailing bytes");
      }
      return body;
    } catch (DataFormatException notDeflated) {
      throw new MalformedBlockException("not deflated");
    }
  }
}
