package io.pulsewarden.logverifier;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A bundle and its tile, as far as they can be checked without the others: bundles are checked on
 * all processors, and what comes of it is put together in the log's order.
 *
 * @param entries what the bundle says, up to where it is broken or an entry is not what its tile
 *     says; empty if the bundle is not there and need not be
 * @param there whether the bundle is there
 * @param hashes of the tile, from which the tree is built
 * @param root over them, if the tile is full
 * @param broken why the next entry is wrong; null if all are well
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a record
record CheckedBundle(
    List<LogEntry> entries,
    boolean there,
    List<byte[]> hashes,
    byte @Nullable [] root,
    @Nullable BadLogException broken) {

  /**
   * Reads and checks a bundle.
   *
   * @param width entries that the checkpoint covers of it
   */
  static CheckedBundle read(TileFiles files, long bundle, int width, PrunedLog pruned)
      throws IOException {
    try {
      Optional<TileFiles.Bundle> found = bundle(files, bundle, width, pruned);
      List<byte[]> hashes = files.hashes(0, bundle, width).subList(0, width);
      byte[] root = width == TileFiles.WIDTH ? GrowingTree.root(hashes) : null;
      return found.isPresent()
          ? compared(found.get(), bundle * TileFiles.WIDTH, hashes, root)
          : new CheckedBundle(List.of(), false, hashes, root, null);
    } catch (BadLogException bad) {
      return new CheckedBundle(List.of(), true, List.of(), null, bad);
    }
  }

  private static CheckedBundle compared(
      TileFiles.Bundle found, long first, List<byte[]> hashes, byte @Nullable [] root) {
    List<LogEntry> entries = new ArrayList<>(hashes.size());
    BadLogException broken = found.broken();
    for (int i = 0; i < found.entries().size(); i++) {
      byte[] entry = found.entries().get(i);
      if (!Arrays.equals(Hashes.leaf(entry), hashes.get(i))) {
        broken = new BadLogException(first + i, "the entry does not hash to what its tile says");
        break;
      }
      entries.add(LogEntry.read(entry));
    }
    return new CheckedBundle(entries, true, hashes, root, broken);
  }

  /** Empty for a bundle that is gone and may be: its hashes stand for it. */
  private static Optional<TileFiles.Bundle> bundle(
      TileFiles files, long bundle, int width, PrunedLog pruned)
      throws IOException, BadLogException {
    boolean mayLack = width == TileFiles.WIDTH && pruned.mayLack((bundle + 1) * TileFiles.WIDTH);
    return mayLack && !files.hasFullBundle(bundle)
        ? Optional.empty()
        : Optional.of(files.bundleOf(bundle, width));
  }

  /** How many entries of the log this one gives: those before what is broken. */
  int width() {
    return there ? entries.size() : hashes.size();
  }
}
