package io.pulsewarden.telemetry.compaction;

import io.pulsewarden.telemetry.store.CompactionStore.Size;
import java.util.ArrayList;
import java.util.List;

/** Cuts a group's blocks into what is worked on at once: by number, and by size. */
final class Pieces {

  private Pieces() {}

  /**
   * Blocks that become one row.
   *
   * @param after the offset before the first
   * @param last the offset of the last
   */
  record Piece(long after, long last, int blocks) {}

  /**
   * The pieces, in order. A block that is larger than a piece may be is a piece of its own.
   *
   * @param after the offset before the first block
   * @param sizes in order of offset
   */
  static List<Piece> of(long after, List<Size> sizes, int maxBlocks, long maxBytes) {
    List<Piece> pieces = new ArrayList<>();
    long before = after;
    long last = after;
    int blocks = 0;
    long bytes = 0;
    for (Size size : sizes) {
      if (blocks > 0 && (blocks == maxBlocks || bytes + size.bytes() > maxBytes)) {
        pieces.add(new Piece(before, last, blocks));
        before = last;
        blocks = 0;
        bytes = 0;
      }
      last = size.offset();
      blocks++;
      bytes += size.bytes();
    }
    if (blocks > 0) {
      pieces.add(new Piece(before, last, blocks));
    }
    return pieces;
  }
}
