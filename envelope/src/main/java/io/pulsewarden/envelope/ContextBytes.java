package io.pulsewarden.envelope;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The canonical bytes of a context; docs/formats/envelope.md, 'Associated data'. */
final class ContextBytes {

  private static final int LENGTH_PREFIX = Short.BYTES;
  private static final int UUID_BYTES = 2 * Long.BYTES;
  private static final int FIELDS = 7;

  private ContextBytes() {}

  static byte[] of(EnvelopeContext context) {
    byte[] name = context.context().getBytes(StandardCharsets.US_ASCII);
    UUID device = context.device();
    ByteBuffer bytes =
        ByteBuffer.allocate(
            FIELDS * LENGTH_PREFIX
                + name.length
                + (device == null ? 2 : 3) * UUID_BYTES
                + 2 * Long.BYTES
                + Integer.BYTES);
    bytes.putShort((short) name.length).put(name);
    put(bytes, context.organisation());
    put(bytes, context.subject());
    if (device == null) {
      bytes.putShort((short) 0);
    } else {
      put(bytes, device);
    }
    bytes.putShort((short) Long.BYTES).putLong(context.firstTimeMillis());
    bytes.putShort((short) Long.BYTES).putLong(context.lastTimeMillis());
    bytes.putShort((short) Integer.BYTES).putInt(context.schemaVersion());
    return bytes.array();
  }

  private static void put(ByteBuffer bytes, UUID id) {
    bytes
        .putShort((short) UUID_BYTES)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits());
  }
}
