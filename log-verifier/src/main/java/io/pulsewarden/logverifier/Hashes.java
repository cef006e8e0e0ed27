package io.pulsewarden.logverifier;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, plain and as RFC 6962, section 2.1, uses it. */
final class Hashes {

  static final int BYTES = 32;

  private Hashes() {}

  static byte[] sha256(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }

  static byte[] leaf(byte[] entry) {
    return sha256(new byte[] {0}, entry);
  }

  static byte[] node(byte[] left, byte[] right) {
    return sha256(new byte[] {1}, left, right);
  }
}
