package io.pulsewarden.logverifier;

import java.util.ArrayList;
import java.util.List;

/** A tree as it grows: the roots of its perfect subtrees, largest first. Not thread-safe. */
final class GrowingTree {

  private final List<byte[]> perfect = new ArrayList<>();
  private long size;

  long size() {
    return size;
  }

  void add(byte[] leafHash) {
    byte[] hash = leafHash;
    for (long carry = size; (carry & 1) == 1; carry >>>= 1) {
      hash = Hashes.node(perfect.removeLast(), hash);
    }
    perfect.add(hash);
    size++;
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
}
