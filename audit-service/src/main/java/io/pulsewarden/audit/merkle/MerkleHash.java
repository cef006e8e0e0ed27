package io.pulsewarden.audit.merkle;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The three hashes of RFC 6962, section 2.1, with SHA-256. */
public final class MerkleHash {

  /** Bytes of a hash. */
  public static final int BYTES = 32;

  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  /** Looking one up takes as long as hashing a node. */
  private static final ThreadLocal<MessageDigest> DIGEST =
      ThreadLocal.withInitial(MerkleHash::digest);

  private MerkleHash() {}

  /** Of the empty tree. */
  public static byte[] empty() {
    return DIGEST.get().digest();
  }

  /** Of a leaf with this value. */
  public static byte[] leaf(byte[] value) {
    MessageDigest digest = DIGEST.get();
    digest.reset(); // Something may have been thrown in the middle of the one before.
    digest.update(LEAF);
    return digest.digest(value);
  }

  /** Of a node with these two children. */
  public static byte[] node(byte[] left, byte[] right) {
    MessageDigest digest = DIGEST.get();
    digest.reset(); // Something may have been thrown in the middle of the one before.
    digest.update(NODE);
    digest.update(left);
    return digest.digest(right);
  }

  /**
   * The root over a power of two of hashes that stand one after the other; they are overwritten,
   * level by level, so that nothing is allocated but the root.
   */
  static byte[] perfectRoot(byte[] hashes) {
    MessageDigest digest = DIGEST.get();
    digest.reset(); // Something may have been thrown in the middle of the one before.
    try {
      for (int width = hashes.length / BYTES; width > 1; width /= 2) {
        for (int at = 0; at < width / 2; at++) {
          digest.update(NODE);
          digest.update(hashes, at * 2 * BYTES, 2 * BYTES);
          digest.digest(hashes, at * BYTES, BYTES);
        }
      }
    } catch (DigestException tooShort) {
      throw new IllegalStateException("a hash of SHA-256 has 32 bytes", tooShort);
    }
    return Arrays.copyOf(hashes, BYTES);
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }
}
