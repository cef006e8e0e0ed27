package io.pulsewarden.audit.merkle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A full tile: 256 hashes, and the one that stands for them in the level above. */
public final class Tile {

  /** Hashes of a full tile. */
  public static final int WIDTH = 256;

  /** Levels that a tree of fewer than 2^63 leaves can have. */
  public static final int LEVELS = 8;

  /** A level spans this many levels of the binary tree. */
  static final int HEIGHT = 8;

  private final int level;
  private final long index;
  private final byte[] hashes;
  private final byte[] root;

  Tile(int level, long index, List<byte[]> hashes) {
    if (hashes.size() != WIDTH) {
      throw new IllegalArgumentException("a full tile has 256 hashes");
    }
    this.level = level;
    this.index = index;
    this.hashes = join(hashes);
    this.root = perfectRoot(hashes);
  }

  public int level() {
    return level;
  }

  public long index() {
    return index;
  }

  /** 8,192 bytes. */
  public byte[] hashes() {
    return hashes.clone();
  }

  public byte[] root() {
    return root.clone();
  }

  /** The hash over a power of two of hashes of one level. */
  static byte[] perfectRoot(List<byte[]> hashes) {
    if (Integer.bitCount(hashes.size()) != 1) {
      throw new IllegalArgumentException("not a power of two");
    }
    return MerkleHash.perfectRoot(join(hashes));
  }

  /** Hashes one after the other. */
  public static byte[] join(List<byte[]> hashes) {
    byte[] joined = new byte[hashes.size() * MerkleHash.BYTES];
    for (int i = 0; i < hashes.size(); i++) {
      System.arraycopy(hashes.get(i), 0, joined, i * MerkleHash.BYTES, MerkleHash.BYTES);
    }
    return joined;
  }

  /** The hashes of a tile's bytes. */
  public static List<byte[]> split(byte[] joined) {
    List<byte[]> hashes = new ArrayList<>(joined.length / MerkleHash.BYTES);
    for (int at = 0; at < joined.length; at += MerkleHash.BYTES) {
      hashes.add(Arrays.copyOfRange(joined, at, at + MerkleHash.BYTES));
    }
    return hashes;
  }

  /** How many hashes the last, partial tile of a level has in a tree of this size; 0 to 255. */
  public static int partialWidth(long treeSize, int level) {
    return (int) (treeSize >>> (HEIGHT * level)) & (WIDTH - 1);
  }
}
