package io.pulsewarden.logverifier;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Makes the tiles above the leaves' from those below them, and adds them to a copy. One run. */
final class UpperTiles {

  private final TreeTarget target;
  private final RightEdge before;
  private final List<Level> levels = new ArrayList<>();

  /** A level's tile that is not full yet. */
  private static final class Level {
    private final List<byte[]> hashes;
    private long tile;
    private boolean grown;

    Level(List<byte[]> hashes, long tile) {
      this.hashes = new ArrayList<>(hashes);
      this.tile = tile;
    }
  }

  UpperTiles(TreeTarget target, RightEdge before) {
    this.target = target;
    this.before = before;
  }

  /** The root of the next full tile of the leaves. */
  void add(byte[] root) throws IOException, BadLogException {
    add(1, root);
  }

  private void add(int level, byte[] root) throws IOException, BadLogException {
    while (levels.size() < level) {
      int next = levels.size() + 1;
      levels.add(new Level(before.level(next), before.size() >>> (8 * (next + 1))));
    }
    Level here = levels.get(level - 1);
    here.hashes.add(root);
    here.grown = true;
    if (here.hashes.size() == TileFiles.WIDTH) {
      write(level, here);
      byte[] above = GrowingTree.root(here.hashes);
      here.hashes.clear();
      here.tile++;
      here.grown = false;
      add(level + 1, above);
    }
  }

  /** Adds those that are not full. */
  void finish() throws IOException, BadLogException {
    for (int i = 0; i < levels.size(); i++) {
      if (levels.get(i).grown) {
        write(i + 1, levels.get(i));
      }
    }
  }

  private void write(int level, Level here) throws IOException, BadLogException {
    target.add(TileFiles.tile(level, here.tile, here.hashes.size()), TileFiles.joined(here.hashes));
  }
}
