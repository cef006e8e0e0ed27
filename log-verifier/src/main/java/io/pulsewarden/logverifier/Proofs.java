package io.pulsewarden.logverifier;

import java.util.Arrays;
import java.util.List;

/**
 * Checks inclusion and consistency proofs (RFC 9162, sections 2.1.3.2 and 2.1.4.2), also those of
 * subtrees. Computes the root that a proof leads to from the shape of the tree, top down.
 */
public final class Proofs {

  private Proofs() {}

  /** Whether these bytes are the entry at this index of the tree that the checkpoint signs. */
  public static boolean verifyInclusion(
      byte[] entry, long index, List<byte[]> proof, Checkpoint checkpoint) {
    return inclusion(
        index, 0, checkpoint.size(), Hashes.leaf(entry), proof, checkpoint.rootBytes());
  }

  /** Whether the newer checkpoint's tree begins with the older one's. */
  public static boolean verifyConsistency(Checkpoint older, Checkpoint newer, List<byte[]> proof) {
    return older.size() > 0
        && consistency(0, older.size(), newer.size(), older.rootBytes(), newer.rootBytes(), proof);
  }

  /** Whether the leaf at this index is in the subtree of the leaves [start, end). */
  static boolean inclusion(
      long index, long start, long end, byte[] leafHash, List<byte[]> proof, byte[] root) {
    if (!isSubtree(start, end) || index < start || index >= end || !areHashes(proof)) {
      return false;
    }
    if (leafHash.length != Hashes.BYTES || root.length != Hashes.BYTES) {
      return false;
    }
    Walk walk = new Walk(proof);
    byte[] led = walk.toLeaf(index - start, end - start, leafHash);
    return walk.wasExact() && Arrays.equals(led, root);
  }

  /** Whether the subtree of the leaves [start, end) is part of the tree of this size. */
  static boolean consistency(
      long start, long end, long size, byte[] subtreeRoot, byte[] root, List<byte[]> proof) {
    if (start >= 0 && start == end && end <= size) {
      return proof.isEmpty() && Arrays.equals(subtreeRoot, Hashes.sha256());
    }
    if (!isSubtree(start, end) || end > size || !areHashes(proof)) {
      return false;
    }
    Walk walk = new Walk(proof);
    Walk.Pair led = walk.toSubtree(start, end, size, subtreeRoot, true);
    return walk.wasExact()
        && Arrays.equals(led.part(), subtreeRoot)
        && Arrays.equals(led.whole(), root);
  }

  private static boolean areHashes(List<byte[]> proof) {
    return proof.stream().allMatch(hash -> hash.length == Hashes.BYTES);
  }

  private static boolean isSubtree(long start, long end) {
    if (start < 0 || end <= start) {
      return false;
    }
    long ceiling = 1;
    while (ceiling < end - start) {
      ceiling <<= 1;
      if (ceiling <= 0) {
        return false;
      }
    }
    return start % ceiling == 0;
  }

  /** Takes a proof's hashes from its end, which is at the root, down to its start. */
  private static final class Walk {
    private final List<byte[]> proof;
    private int left;
    private boolean tooShort;

    /** Hash of the part that is shown, and of all, both from the proof. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a record
    record Pair(byte[] part, byte[] whole) {}

    Walk(List<byte[]> proof) {
      this.proof = proof;
      this.left = proof.size();
    }

    boolean wasExact() {
      return left == 0 && !tooShort;
    }

    byte[] toLeaf(long index, long size, byte[] leafHash) {
      if (size == 1) {
        return leafHash;
      }
      byte[] sibling = take();
      long split = split(size);
      return index < split
          ? Hashes.node(toLeaf(index, split, leafHash), sibling)
          : Hashes.node(sibling, toLeaf(index - split, size - split, leafHash));
    }

    /**
     * The tree of {@code size} leaves around [start, end). What ends where the subtree ends belongs
     * to it; a part of it that is complete stands in the proof, unless the whole subtree is it.
     */
    Pair toSubtree(long start, long end, long size, byte[] subtreeRoot, boolean wholeSubtree) {
      if (start == 0 && end == size) {
        byte[] hash = wholeSubtree ? subtreeRoot : take();
        return new Pair(hash, hash);
      }
      byte[] sibling = take();
      long split = split(size);
      if (end <= split) {
        Pair below = toSubtree(start, end, split, subtreeRoot, wholeSubtree);
        return new Pair(below.part(), Hashes.node(below.whole(), sibling));
      }
      if (start >= split) {
        Pair below = toSubtree(start - split, end - split, size - split, subtreeRoot, wholeSubtree);
        return new Pair(below.part(), Hashes.node(sibling, below.whole()));
      }
      // The subtree spans the split: its left part is complete, and is the sibling.
      Pair below = toSubtree(0, end - split, size - split, subtreeRoot, false);
      return new Pair(Hashes.node(sibling, below.part()), Hashes.node(sibling, below.whole()));
    }

    private byte[] take() {
      if (left == 0) {
        tooShort = true;
        return new byte[Hashes.BYTES];
      }
      left--;
      return proof.get(left);
    }

    private static long split(long size) {
      return Long.highestOneBit(size - 1);
    }
  }
}
