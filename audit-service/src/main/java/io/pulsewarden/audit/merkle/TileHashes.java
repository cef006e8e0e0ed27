package io.pulsewarden.audit.merkle;

import java.util.List;

/** Where the hashes of tiles are read from. */
@FunctionalInterface
public interface TileHashes {

  /**
   * The first hashes of a tile.
   *
   * @param level 0 for leaf hashes
   * @param width 1 to 256
   * @throws IllegalStateException if the tile does not have that many
   */
  List<byte[]> read(int level, long tile, int width);
}
