package io.pulsewarden.auditclient;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.TextProof;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Proofs of free text (docs/formats/audit-leaf.md): the text stays where it was written, sealed and
 * with its salt beside it, and the log has the hash over both. Thread-safe if the source of salts
 * is.
 */
public final class TextProofs {

  /** Bytes of a salt. */
  public static final int SALT_BYTES = 32;

  private static final byte[] DOMAIN = "pulsewarden-text-v1\0".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern NAME = Pattern.compile("[a-z][a-z-]{0,39}");

  private final RandomGenerator random;

  /**
   * @param random unpredictable, such as a SecureRandom
   */
  public TextProofs(RandomGenerator random) {
    this.random = random;
  }

  /**
   * A salt of a text's own. It is to be kept with the text, under the same seal, and to be erased
   * with it: without it, nobody can find out by trying what the text was.
   */
  public byte[] salt() {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return salt;
  }

  /**
   * What goes into the event.
   *
   * @param name which text, such as {@code explanation}: lower-case letters and hyphens
   */
  public static TextProof of(String name, byte[] salt, String text) {
    if (!NAME.matcher(name).matches() || salt.length != SALT_BYTES) {
      throw new IllegalArgumentException("a text proof has a name and 32 bytes of salt");
    }
    return TextProof.newBuilder()
        .setName(name)
        .setSaltedHash(ByteString.copyFrom(hash(salt, text)))
        .build();
  }

  /** Whether a text and its salt are what a proof of the log stands for. */
  public static boolean proves(TextProof proof, byte[] salt, String text) {
    return MessageDigest.isEqual(proof.getSaltedHash().toByteArray(), hash(salt, text));
  }

  private static byte[] hash(byte[] salt, String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(DOMAIN);
      digest.update(salt);
      return digest.digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }
}
