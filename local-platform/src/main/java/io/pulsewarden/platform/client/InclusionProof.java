package io.pulsewarden.platform.client;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** RFC 9162, section 2.1.3.2: leads from a leaf to the root of the tree that it is in. */
final class InclusionProof {

  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  private InclusionProof() {}

  /** Whether the entry is at this index of the tree with this size and root. */
  static boolean verifies(byte[] entry, long index, long size, List<byte[]> proof, byte[] root) {
    if (index < 0 || index >= size) {
      return false;
    }
    long fn = index;
    long sn = size - 1;
    byte[] hash = hash(LEAF, entry, new byte[0]);
    for (byte[] sibling : proof) {
      if (sn == 0) {
        return false;
      }
      if ((fn & 1) == 1 || fn == sn) {
        hash = hash(NODE, sibling, hash);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        hash = hash(NODE, hash, sibling);
      }
      fn >>= 1;
      sn >>= 1;
    }
    return sn == 0 && MessageDigest.isEqual(hash, root);
  }

  private static byte[] hash(byte kind, byte[] left, byte[] right) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(kind);
      sha256.update(left);
      sha256.update(right);
      return sha256.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
