package io.pulsewarden.envelope;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;

/** The canonical bytes of a context; docs/formats/envelope.md, 'Associated data'. */
final class ContextBytes {

  private static final int LENGTH_PREFIX = Short.BYTES;
  private static final int UUID_BYTES = 2 * Long.BYTES;
  private static final int FIELDS = 7;

  /** Bytes of the longest context there can be. */
  static final int LONGEST =
      FIELDS * LENGTH_PREFIX
          + EnvelopeContext.LONGEST_NAME
          + 3 * UUID_BYTES
          + 2 * Long.BYTES
          + Integer.BYTES;

  private ContextBytes() {}

  static byte[] of(EnvelopeContext context) {
    ByteBuffer bytes = ByteBuffer.allocate(LONGEST);
    put(bytes, context);
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  /** Writes them where the buffer stands, without making anything. */
  static void put(ByteBuffer bytes, EnvelopeContext context) {
    String name = context.context();
    bytes.putShort((short) name.length());
    for (int i = 0; i < name.length(); i++) {
      // ASCII, as the context has checked.
      bytes.put((byte) name.charAt(i));
    }
    put(bytes, context.organisation());
    put(bytes, context.subject());
    UUID device = context.device();
    if (device == null) {
      bytes.putShort((short) 0);
    } else {
      put(bytes, device);
    }
    bytes.putShort((short) Long.BYTES).putLong(context.firstTimeMillis());
    bytes.putShort((short) Long.BYTES).putLong(context.lastTimeMillis());
    bytes.putShort((short) Integer.BYTES).putInt(context.schemaVersion());
  }

  private static void put(ByteBuffer bytes, UUID id) {
    bytes
        .putShort((short) UUID_BYTES)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits());
  }
}
