package io.pulsewarden.envelope;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;

/**
 * What an envelope says of the key that opens it; docs/formats/envelope.md. Nothing of it is
 * authenticated before the envelope was opened.
 */
public record EnvelopeHeader(UUID subjectKeyId, int epoch) {

  static final byte VERSION = 1;
  static final byte SUITE = 1;
  static final int ID_OFFSET = 2;
  static final int SALT_OFFSET = 22;
  static final int SALT_LENGTH = 16;
  static final int NONCE_OFFSET = SALT_OFFSET + SALT_LENGTH;
  static final int NONCE_LENGTH = AesGcm.NONCE_LENGTH;
  static final int COMMITMENT_OFFSET = NONCE_OFFSET + NONCE_LENGTH;
  static final int COMMITMENT_LENGTH = 32;
  static final int LENGTH = COMMITMENT_OFFSET + COMMITMENT_LENGTH;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /**
   * Reads the header of a whole envelope.
   *
   * @throws EnvelopeRejectedException if it is too short, or of a version or suite not known here
   */
  public static EnvelopeHeader read(byte[] envelope) {
    if (envelope.length < LENGTH + AesGcm.TAG_LENGTH
        || envelope[0] != VERSION
        || envelope[1] != SUITE) {
      throw new EnvelopeRejectedException();
    }
    ByteBuffer fields = ByteBuffer.wrap(envelope, 2, LENGTH - 2);
    return new EnvelopeHeader(new UUID(fields.getLong(), fields.getLong()), fields.getInt());
  }

  /** Whether a header at {@code offset} is one of this version, suite and base key. */
  static boolean names(BaseKey baseKey, byte[] in, int offset) {
    return in[offset] == VERSION
        && in[offset + 1] == SUITE
        && longAt(in, offset + ID_OFFSET) == baseKey.subjectKeyId().getMostSignificantBits()
        && longAt(in, offset + ID_OFFSET + Long.BYTES)
            == baseKey.subjectKeyId().getLeastSignificantBits()
        && (int) longAt(in, offset + SALT_OFFSET - Long.BYTES) == baseKey.epoch();
  }

  private static long longAt(byte[] in, int offset) {
    return (long) LONGS.get(in, offset);
  }

  static byte[] salt(byte[] in, int offset) {
    return Arrays.copyOfRange(in, offset + SALT_OFFSET, offset + NONCE_OFFSET);
  }

  /** A header with a nonce of zero, to be copied and counted up. */
  static byte[] template(BaseKey baseKey, byte[] salt, byte[] commitment) {
    return ByteBuffer.allocate(LENGTH)
        .put(VERSION)
        .put(SUITE)
        .putLong(baseKey.subjectKeyId().getMostSignificantBits())
        .putLong(baseKey.subjectKeyId().getLeastSignificantBits())
        .putInt(baseKey.epoch())
        .put(salt)
        .put(new byte[NONCE_LENGTH])
        .put(commitment)
        .array();
  }
}
