package io.pulsewarden.audit.merkle;

import java.security.MessageDigest;
import java.util.List;

/**
 * Checks proofs: of RFC 6962 (RFC 9162, sections 2.1.3.2 and 2.1.4.2), and of subtrees, of which a
 * tree is the one that starts at 0. What the service hands out it has checked before.
 */
public final class ProofCheck {

  private ProofCheck() {}

  /** Whether the proof shows the leaf at this index of the tree. */
  public static boolean inclusion(
      long index, long size, byte[] leafHash, List<byte[]> proof, byte[] root) {
    return subtreeInclusion(index, 0, size, leafHash, proof, root);
  }

  /** Whether the proof shows the smaller, not empty tree to be a prefix of the larger. */
  public static boolean consistency(
      long from, long to, byte[] fromRoot, byte[] toRoot, List<byte[]> proof) {
    return from > 0 && subtreeConsistency(0, from, to, fromRoot, toRoot, proof);
  }

  /** Whether the proof shows the leaf in the subtree of the leaves [start, end). */
  public static boolean subtreeInclusion(
      long index, long start, long end, byte[] leafHash, List<byte[]> proof, byte[] root) {
    if (!isSubtree(start, end) || index < start || index >= end) {
      return false;
    }
    if (leafHash.length != MerkleHash.BYTES || root.length != MerkleHash.BYTES) {
      return false;
    }
    if (!areHashes(proof)) {
      return false;
    }
    long node = index - start;
    long last = end - start - 1;
    byte[] hash = leafHash;
    for (byte[] sibling : proof) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        hash = MerkleHash.node(sibling, hash);
        int up = Long.numberOfTrailingZeros(node);
        node >>>= up;
        last >>>= up;
      } else {
        hash = MerkleHash.node(hash, sibling);
      }
      node >>>= 1;
      last >>>= 1;
    }
    return last == 0 && MessageDigest.isEqual(hash, root);
  }

  /** Whether the proof shows the subtree of the leaves [start, end) in a tree of this size. */
  public static boolean subtreeConsistency(
      long start, long end, long size, byte[] subtreeRoot, byte[] root, List<byte[]> proof) {
    if (start == end && start >= 0 && end <= size) {
      return proof.isEmpty() && MessageDigest.isEqual(subtreeRoot, MerkleHash.empty());
    }
    if (!isSubtree(start, end) || end > size || !areHashes(proof)) {
      return false;
    }
    long first = start;
    long second = end - 1;
    long last = size - 1;
    while (first != second && (second == last || (second & 1) == 1)) {
      first >>>= 1;
      second >>>= 1;
      last >>>= 1;
    }
    boolean given = first == second;
    if (!given && proof.isEmpty()) {
      return false;
    }
    byte[] inner = given ? subtreeRoot : proof.getFirst();
    byte[] outer = inner;
    for (byte[] sibling : given ? proof : proof.subList(1, proof.size())) {
      if (last == 0) {
        return false;
      }
      if ((second & 1) == 1 || second == last) {
        if (first < second) {
          inner = MerkleHash.node(sibling, inner);
        }
        outer = MerkleHash.node(sibling, outer);
        int up = Long.numberOfTrailingZeros(second);
        first >>>= up;
        second >>>= up;
        last >>>= up;
      } else {
        outer = MerkleHash.node(outer, sibling);
      }
      first >>>= 1;
      second >>>= 1;
      last >>>= 1;
    }
    return last == 0
        && MessageDigest.isEqual(inner, subtreeRoot)
        && MessageDigest.isEqual(outer, root);
  }

  private static boolean areHashes(List<byte[]> proof) {
    return proof.stream().allMatch(hash -> hash.length == MerkleHash.BYTES);
  }

  /** Not empty, and it starts where a subtree of its width can. */
  private static boolean isSubtree(long start, long end) {
    if (start < 0 || end <= start) {
      return false;
    }
    long width = end - start;
    long ceiling = Long.bitCount(width) == 1 ? width : Long.highestOneBit(width) << 1;
    return ceiling > 0 && start % ceiling == 0;
  }
}
