package io.pulsewarden.telemetry.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
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
    int split = split(entries.size());
    byte[] left = root(sha256, entries.subList(0, split));
    byte[] right = root(sha256, entries.subList(split, entries.size()));
    return node(sha256, left, right);
  }

  /** The hashes of entries as leaves. */
  static List<byte[]> leaves(List<byte[]> entries) {
    MessageDigest sha256 = sha256();
    List<byte[]> leaves = new ArrayList<>(entries.size());
    for (byte[] entry : entries) {
      sha256.update((byte) 0);
      leaves.add(sha256.digest(entry));
    }
    return leaves;
  }

  /** The same as {@link #root} of the entries whose leaves these are. */
  static byte[] rootOfLeaves(List<byte[]> leaves) {
    MessageDigest sha256 = sha256();
    return leaves.isEmpty() ? sha256.digest() : rootOfLeaves(sha256, leaves);
  }

  private static byte[] rootOfLeaves(MessageDigest sha256, List<byte[]> leaves) {
    if (leaves.size() == 1) {
      return leaves.getFirst();
    }
    int split = split(leaves.size());
    byte[] left = rootOfLeaves(sha256, leaves.subList(0, split));
    byte[] right = rootOfLeaves(sha256, leaves.subList(split, leaves.size()));
    return node(sha256, left, right);
  }

  /** The hash of an entry as a leaf. */
  static byte[] leaf(byte[] entry) {
    MessageDigest sha256 = sha256();
    sha256.update((byte) 0);
    return sha256.digest(entry);
  }

  static byte[] node(MessageDigest sha256, byte[] left, byte[] right) {
    sha256.update((byte) 1);
    sha256.update(left);
    return sha256.digest(right);
  }

  /** The largest power of two smaller than the number of leaves. */
  private static int split(int leaves) {
    return Integer.highestOneBit(leaves - 1);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
