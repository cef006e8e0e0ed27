package io.pulsewarden.audit.merkle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Proofs of RFC 6962, section 2.1, from tiles. One instance a proof: it remembers the tiles it
 * read.
 */
public final class ProofBuilder {

  private final TileHashes tiles;
  private final long size;
  private final Map<TileKey, List<byte[]>> read = new HashMap<>();

  private record TileKey(int level, long index) {}

  /**
   * @param size of the tree that is proved in; all its tiles can be read
   */
  public ProofBuilder(long size, TileHashes tiles) {
    this.size = size;
    this.tiles = tiles;
  }

  /** The hash of a leaf. */
  public byte[] leaf(long index) {
    requireBelow(index, size);
    return range(index, index + 1);
  }

  /** The root of the tree's first leaves. */
  public byte[] root(long firstLeaves) {
    requireBelow(firstLeaves, size + 1);
    return firstLeaves == 0 ? MerkleHash.empty() : range(0, firstLeaves);
  }

  /** That a leaf is in the tree. */
  public List<byte[]> inclusion(long index) {
    requireBelow(index, size);
    List<byte[]> proof = new ArrayList<>();
    path(index, 0, size, proof);
    return proof;
  }

  /** That the tree of the first {@code from} leaves is a prefix of this one. */
  public List<byte[]> consistency(long from) {
    if (from < 1 || from > size) {
      throw new IllegalArgumentException("no such earlier tree");
    }
    List<byte[]> proof = new ArrayList<>();
    subproof(from, 0, size, true, proof);
    return proof;
  }

  private void path(long index, long start, long end, List<byte[]> proof) {
    if (end - start == 1) {
      return;
    }
    long middle = start + split(end - start);
    if (index < middle) {
      path(index, start, middle, proof);
      proof.add(range(middle, end));
    } else {
      path(index, middle, end, proof);
      proof.add(range(start, middle));
    }
  }

  private void subproof(long from, long start, long end, boolean whole, List<byte[]> proof) {
    if (from == end) {
      if (!whole) {
        proof.add(range(start, end));
      }
      return;
    }
    long middle = start + split(end - start);
    if (from <= middle) {
      subproof(from, start, middle, whole, proof);
      proof.add(range(middle, end));
    } else {
      subproof(from, middle, end, false, proof);
      proof.add(range(start, middle));
    }
  }

  /** The Merkle tree hash of the leaves [start, end). */
  private byte[] range(long start, long end) {
    long width = end - start;
    if (Long.bitCount(width) == 1) {
      return perfect(start, Long.numberOfTrailingZeros(width));
    }
    long middle = start + split(width);
    return MerkleHash.node(range(start, middle), range(middle, end));
  }

  /** A node of the binary tree is at most half a tile, or a hash of the level above. */
  private byte[] perfect(long start, int height) {
    int level = height / Tile.HEIGHT;
    int hashes = 1 << (height % Tile.HEIGHT);
    long first = start >>> (Tile.HEIGHT * level);
    long index = first / Tile.WIDTH;
    int from = (int) (first % Tile.WIDTH);
    return Tile.perfectRoot(tile(level, index).subList(from, from + hashes));
  }

  private List<byte[]> tile(int level, long index) {
    long inLevel = size >>> (Tile.HEIGHT * level);
    int width = (int) Math.min(Tile.WIDTH, inLevel - index * Tile.WIDTH);
    return read.computeIfAbsent(
        new TileKey(level, index), key -> tiles.read(key.level(), key.index(), width));
  }

  /** The largest power of two smaller than n. */
  private static long split(long n) {
    return Long.highestOneBit(n - 1);
  }

  private static void requireBelow(long index, long limit) {
    if (index < 0 || index >= limit) {
      throw new IllegalArgumentException("outside the tree");
    }
  }
}
