package io.pulsewarden.audit.merkle;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

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

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }
}
