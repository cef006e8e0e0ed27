package io.pulsewarden.logverifier;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a tree's later growth needs of it: on each level the hashes of the tile that is not full
 * yet.
 *
 * @param size of the tree
 * @param levels from the leaves up; an empty list where the level's last tile is full
 */
record RightEdge(long size, List<List<byte[]>> levels) {

  private static final int LEVEL_BITS = 8;

  RightEdge {
    levels = List.copyOf(levels);
  }

  static RightEdge read(TileFiles files, long size) throws IOException, BadLogException {
    List<List<byte[]>> levels = new ArrayList<>();
    long inLevel = size;
    for (int level = 0; inLevel > 0; level++) {
      int width = (int) (inLevel % TileFiles.WIDTH);
      levels.add(
          width == 0
              ? List.of()
              : files.hashes(level, inLevel / TileFiles.WIDTH, width).subList(0, width));
      inLevel >>>= LEVEL_BITS;
    }
    return new RightEdge(size, levels);
  }

  List<byte[]> level(int level) {
    return level < levels.size() ? levels.get(level) : List.of();
  }

  /** The tree up to here, ready to grow. */
  GrowingTree tree() {
    GrowingTree tree = new GrowingTree();
    for (int level = levels.size() - 1; level >= 0; level--) {
      for (byte[] hash : levels.get(level)) {
        tree.add(level, hash);
      }
    }
    return tree;
  }
}
