package io.pulsewarden.telemetry.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * The leaf hashes below a stored range's root, and which message has which.
 *
 * @param offsets of the messages that have leaves, ascending
 * @param counts how many each has
 * @param hashes 32 bytes a leaf, in order
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier to be taken apart; nobody compares two.
public record RangeLeaves(List<Long> offsets, List<Integer> counts, byte[] hashes) {

  private static final int BYTES = 32;

  public RangeLeaves {
    offsets = List.copyOf(offsets);
    counts = List.copyOf(counts);
    int leaves = counts.stream().mapToInt(Integer::intValue).sum();
    if (offsets.size() != counts.size() || hashes.length != leaves * BYTES) {
      throw new IllegalArgumentException("not the leaves of a range");
    }
  }

  /** Collects leaves, message by message. */
  static final class Builder {
    private final List<Long> offsets = new ArrayList<>();
    private final List<Integer> counts = new ArrayList<>();

    void add(long offset, int count) {
      if (count > 0) {
        offsets.add(offset);
        counts.add(count);
      }
    }

    /**
     * These leaves.
     *
     * @param leaves as the tree has them, all that were counted
     */
    RangeLeaves of(List<byte[]> leaves) {
      ByteBuffer hashes = ByteBuffer.allocate(leaves.size() * BYTES);
      leaves.forEach(hashes::put);
      return new RangeLeaves(offsets, counts, hashes.array());
    }
  }

  /** The index of a message's first leaf; empty if it has none. */
  public OptionalInt firstOf(long offset) {
    int first = 0;
    for (int i = 0; i < offsets.size(); i++) {
      if (offsets.get(i) == offset) {
        return OptionalInt.of(first);
      }
      first += counts.get(i);
    }
    return OptionalInt.empty();
  }

  /** The leaf hash at an index. */
  public byte[] leaf(int index) {
    return Arrays.copyOfRange(hashes, index * BYTES, (index + 1) * BYTES);
  }

  /** The ways from all leaves to the root; hashes the tree, so not for an event loop. */
  public MerklePaths paths() {
    List<byte[]> leaves = new ArrayList<>(hashes.length / BYTES);
    for (int i = 0; i < hashes.length / BYTES; i++) {
      leaves.add(leaf(i));
    }
    return new MerklePaths(leaves);
  }
}
