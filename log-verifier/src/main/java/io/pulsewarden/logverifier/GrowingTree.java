package io.pulsewarden.logverifier;

import java.util.ArrayList;
import java.util.List;

/** A tree as it grows: the roots of its perfect subtrees, largest first. Not thread-safe. */
final class GrowingTree {

  private static final int LEVEL_BITS = 8;

  private final List<byte[]> perfect = new ArrayList<>();
  private long size;

  long size() {
    return size;
  }

  void add(byte[] leafHash) {
    add(0, leafHash);
  }

  /**
   * Adds a perfect tree of {@code 256^level} leaves, which the size must be a multiple of. So a
   * tree begins with the hashes of its tiles' right edge, from the top level down.
   */
  void add(int level, byte[] root) {
    byte[] hash = root;
    for (long carry = size >>> (LEVEL_BITS * level); (carry & 1) == 1; carry >>>= 1) {
      hash = Hashes.node(perfect.removeLast(), hash);
    }
    perfect.add(hash);
    size += 1L << (LEVEL_BITS * level);
  }

  byte[] root() {
    if (perfect.isEmpty()) {
      return Hashes.sha256();
    }
    byte[] root = perfect.getLast();
    for (int i = perfect.size() - 2; i >= 0; i--) {
      root = Hashes.node(perfect.get(i), root);
    }
    return root;
  }

  /** The root over these leaf hashes, or over these roots of perfect trees of equal size. */
  static byte[] root(List<byte[]> hashes) {
    GrowingTree tree = new GrowingTree();
    hashes.forEach(tree::add);
    return tree.root();
  }
}
