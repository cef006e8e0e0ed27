package io.pulsewarden.telemetry.store;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The ways from the leaves of one tree to its root. Each node is hashed once, however many leaves
 * are asked for. Thread-safe.
 */
public final class MerklePaths {

  /** From the leaves up; a node without a sibling stands on the next level as it is. */
  private final List<List<byte[]>> levels = new ArrayList<>();

  /**
   * Hashes the whole tree: not for an event loop.
   *
   * @param leaves their hashes, 32 bytes each
   */
  MerklePaths(List<byte[]> leaves) {
    MessageDigest sha256 = MerkleTree.sha256();
    List<byte[]> level = List.copyOf(leaves);
    levels.add(level);
    while (level.size() > 1) {
      level = above(sha256, level);
      levels.add(level);
    }
  }

  private static List<byte[]> above(MessageDigest sha256, List<byte[]> level) {
    List<byte[]> above = new ArrayList<>((level.size() + 1) / 2);
    for (int left = 0; left < level.size(); left += 2) {
      above.add(
          left + 1 < level.size()
              ? MerkleTree.node(sha256, level.get(left), level.get(left + 1))
              : level.get(left));
    }
    return above;
  }

  /** The hashes that lead from a leaf to the root, the leaf's sibling first (RFC 6962, 2.1.1). */
  public List<byte[]> of(int index) {
    int place = Objects.checkIndex(index, levels.getFirst().size());
    List<byte[]> path = new ArrayList<>();
    for (List<byte[]> level : levels) {
      int sibling = place ^ 1;
      if (sibling < level.size()) {
        path.add(level.get(sibling));
      }
      place >>= 1;
    }
    return path;
  }
}
