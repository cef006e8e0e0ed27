package io.pulsewarden.keys.subject;

import com.google.protobuf.ByteString;
import io.pulsewarden.keys.kek.KekName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Which KEK wraps a subject key, and what it is bound to; docs/formats/keys.md. */
public final class WrapContext {

  private static final byte[] LABEL =
      "pulsewarden-subject-key-v1".getBytes(StandardCharsets.US_ASCII);
  private static final int UUID_BYTES = 2 * Long.BYTES;
  private static final int FIRST_FOUR_BITS = 4;

  private WrapContext() {}

  /** Its shard. */
  public static KekName kek(Subject subject) {
    ByteBuffer named = ByteBuffer.allocate(2 * Short.BYTES + kind(subject).length + UUID_BYTES);
    putField(named, kind(subject));
    putField(named, subject.id());
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(named.array());
      return new KekName(subject.organisation(), Byte.toUnsignedInt(hash[0]) >>> FIRST_FOUR_BITS);
    } catch (NoSuchAlgorithmException broken) {
      throw new IllegalStateException("no SHA-256 here", broken);
    }
  }

  /** What a subject key with that id and version is bound to. */
  public static ByteString associated(Subject subject, UUID subjectKeyId, int version) {
    byte[] kind = kind(subject);
    ByteBuffer bytes =
        ByteBuffer.allocate(
            LABEL.length + 4 * Short.BYTES + kind.length + 3 * UUID_BYTES + Integer.BYTES);
    bytes.put(LABEL);
    putField(bytes, subject.organisation());
    putField(bytes, kind);
    putField(bytes, subject.id());
    putField(bytes, subjectKeyId);
    return ByteString.copyFrom(bytes.putInt(version).array());
  }

  private static byte[] kind(Subject subject) {
    return subject.kind().wireName().getBytes(StandardCharsets.US_ASCII);
  }

  private static void putField(ByteBuffer bytes, byte[] field) {
    bytes.putShort((short) field.length).put(field);
  }

  private static void putField(ByteBuffer bytes, UUID id) {
    bytes
        .putShort((short) UUID_BYTES)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits());
  }
}
