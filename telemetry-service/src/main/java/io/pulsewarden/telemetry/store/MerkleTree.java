package io.pulsewarden.telemetry.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** Merkle tree hash of RFC 6962, section 2.1, with SHA-256. */
final class MerkleTree {

  private MerkleTree() {}

  /** 32 bytes; of no entries, SHA-256 of nothing. */
  static byte[] root(List<byte[]> entries) {
    MessageDigest sha256 = sha256();
    return entries.isEmpty() ? sha256.digest() : root(sha256, entries);
  }

  private static byte[] root(MessageDigest sha256, List<byte[]> entries) {
    if (entries.size() == 1) {
      sha256.update((byte) 0);
      return sha256.digest(entries.getFirst());
    }
    // The largest power of two smaller than the number of entries.
    int split = Integer.highestOneBit(entries.size() - 1);
    byte[] left = root(sha256, entries.subList(0, split));
    byte[] right = root(sha256, entries.subList(split, entries.size()));
    sha256.update((byte) 1);
    sha256.update(left);
    return sha256.digest(right);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
