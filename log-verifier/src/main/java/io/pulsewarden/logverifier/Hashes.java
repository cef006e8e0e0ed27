package io.pulsewarden.logverifier;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, plain and as RFC 6962, section 2.1, uses it. Thread-safe. */
final class Hashes {

  static final int BYTES = 32;

  /** Looking one up takes as long as hashing a short entry. */
  private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(Hashes::digest);

  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  private Hashes() {}

  static byte[] sha256(byte[]... parts) {
    MessageDigest digest = DIGEST.get();
    digest.reset(); // Something may have been thrown in the middle of the one before.
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }

  static byte[] leaf(byte[] entry) {
    MessageDigest digest = DIGEST.get();
    digest.reset(); // Something may have been thrown in the middle of the one before.
    digest.update(LEAF);
    return digest.digest(entry);
  }

  static byte[] node(byte[] left, byte[] right) {
    MessageDigest digest = DIGEST.get();
    digest.reset(); // Something may have been thrown in the middle of the one before.
    digest.update(NODE);
    digest.update(left);
    return digest.digest(right);
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }
}
