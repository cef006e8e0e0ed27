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

  /** The hash of an entry as a leaf. */
  static byte[] leaf(byte[] entry) {
    MessageDigest sha256 = sha256();
    sha256.update((byte) 0);
    return sha256.digest(entry);
  }

  /** The hashes that lead from a leaf to the root, the leaf's sibling first. */
  static List<byte[]> path(List<byte[]> leaves, int index) {
    List<byte[]> path = new ArrayList<>();
    path(sha256(), leaves, index, path);
    return path;
  }

  private static void path(
      MessageDigest sha256, List<byte[]> leaves, int index, List<byte[]> path) {
    if (leaves.size() == 1) {
      return;
    }
    int split = split(leaves.size());
    List<byte[]> left = leaves.subList(0, split);
    List<byte[]> right = leaves.subList(split, leaves.size());
    if (index < split) {
      path(sha256, left, index, path);
      path.add(rootOfLeaves(sha256, right));
    } else {
      path(sha256, right, index - split, path);
      path.add(rootOfLeaves(sha256, left));
    }
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

  private static byte[] node(MessageDigest sha256, byte[] left, byte[] right) {
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
