package io.pulsewarden.audit.merkle;

import java.util.ArrayList;
import java.util.List;

/**
 * The right edge of a tree: the hashes of its partial tiles, which is all that an append needs. Not
 * thread-safe.
 */
public final class Frontier {

  private final List<List<byte[]>> levels;
  private long size;

  private Frontier(List<List<byte[]>> levels, long size) {
    this.levels = levels;
    this.size = size;
  }

  /** Of a tree that exists. */
  public static Frontier of(long size, TileHashes tiles) {
    List<List<byte[]>> levels = new ArrayList<>(Tile.LEVELS);
    for (int level = 0; level < Tile.LEVELS; level++) {
      int width = Tile.partialWidth(size, level);
      long tile = level == Tile.LEVELS - 1 ? 0 : size >>> (Tile.HEIGHT * (level + 1));
      levels.add(width == 0 ? new ArrayList<>() : new ArrayList<>(tiles.read(level, tile, width)));
    }
    return new Frontier(levels, size);
  }

  /** For an attempt that may fail. */
  public Frontier copy() {
    List<List<byte[]>> copies = new ArrayList<>(levels.size());
    levels.forEach(level -> copies.add(new ArrayList<>(level)));
    return new Frontier(copies, size);
  }

  public long size() {
    return size;
  }

  /** Adds a leaf; tiles that become full are added to the list. */
  public void append(byte[] leafHash, List<Tile> full) {
    size++;
    byte[] hash = leafHash;
    for (int level = 0; level < Tile.LEVELS; level++) {
      List<byte[]> row = levels.get(level);
      row.add(hash);
      if (row.size() < Tile.WIDTH) {
        return;
      }
      Tile tile = new Tile(level, (size >>> (Tile.HEIGHT * (level + 1))) - 1, row);
      full.add(tile);
      row.clear();
      hash = tile.root();
    }
  }

  /** The root hash of the whole tree. */
  public byte[] root() {
    byte[] root = null;
    for (List<byte[]> row : levels) {
      // From the right: the smallest perfect subtree first.
      int end = row.size();
      for (int width = 1; end > 0; width <<= 1) {
        if ((end & width) != 0) {
          byte[] left = Tile.perfectRoot(row.subList(end - width, end));
          root = root == null ? left : MerkleHash.node(left, root);
          end -= width;
        }
      }
    }
    return root == null ? MerkleHash.empty() : root;
  }
}
