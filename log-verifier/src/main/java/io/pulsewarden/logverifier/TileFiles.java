package io.pulsewarden.logverifier;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Names and contents of tiles and entry bundles (C2SP tlog-tiles). */
final class TileFiles {

  static final int WIDTH = 256;
  private static final int BASE = 1000;

  private final TreeSource source;

  TileFiles(TreeSource source) {
    this.source = source;
  }

  static String tile(int level, long index, int width) {
    return "tile/" + level + "/" + name(index, width);
  }

  static String bundle(long index, int width) {
    return "tile/entries/" + name(index, width);
  }

  private static String name(long index, int width) {
    String path = "%03d".formatted(index % BASE);
    for (long rest = index / BASE; rest > 0; rest /= BASE) {
      path = "x%03d/%s".formatted(rest % BASE, path);
    }
    return width == WIDTH ? path : path + ".p/" + width;
  }

  /** A tile's bytes. */
  static byte[] joined(List<byte[]> hashes) {
    ByteArrayOutputStream tile = new ByteArrayOutputStream(hashes.size() * Hashes.BYTES);
    hashes.forEach(tile::writeBytes);
    return tile.toByteArray();
  }

  /** A bundle's bytes. */
  static byte[] prefixed(List<byte[]> entries) {
    ByteArrayOutputStream bundle = new ByteArrayOutputStream();
    for (byte[] entry : entries) {
      bundle.write(entry.length >>> Byte.SIZE);
      bundle.write(entry.length);
      bundle.writeBytes(entry);
    }
    return bundle.toByteArray();
  }

  /** A file, and how many hashes or entries it has to have. */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a record
  private record Content(byte[] bytes, int width) {}

  /** The hashes of a tile, or those of the full one if the partial one is gone. */
  List<byte[]> hashes(int level, long index, int width) throws IOException, BadLogException {
    long first = (index * WIDTH) << (8 * level);
    Content file = read(tile(level, index, width), tile(level, index, WIDTH), width, first);
    if (file.bytes().length != file.width() * Hashes.BYTES) {
      throw new BadLogException(
          first, tile(level, index, width) + " has " + file.bytes().length + " bytes");
    }
    List<byte[]> hashes = new ArrayList<>(width);
    for (int i = 0; i < width; i++) {
      hashes.add(Arrays.copyOfRange(file.bytes(), i * Hashes.BYTES, (i + 1) * Hashes.BYTES));
    }
    return hashes;
  }

  /**
   * What a bundle holds.
   *
   * @param entries that can be read
   * @param broken why the next one can't; null if all are there
   */
  record Bundle(List<byte[]> entries, @Nullable BadLogException broken) {

    void requireWhole() throws BadLogException {
      if (broken != null) {
        throw broken;
      }
    }
  }

  /** Whether there is such a file at all. */
  boolean hasFullBundle(long index) throws IOException {
    return source.read(bundle(index, WIDTH)).isPresent();
  }

  /** The entries of a bundle. */
  List<byte[]> entries(long index, int width) throws IOException, BadLogException {
    Bundle bundle = bundleOf(index, width);
    bundle.requireWhole();
    return bundle.entries();
  }

  /**
   * A bundle as far as it can be read, so that an earlier entry that is wrong can be told first.
   */
  Bundle bundleOf(long index, int width) throws IOException, BadLogException {
    long first = index * WIDTH;
    Content file = read(bundle(index, width), bundle(index, WIDTH), width, first);
    ByteBuffer left = ByteBuffer.wrap(file.bytes());
    List<byte[]> entries = new ArrayList<>(file.width());
    while (entries.size() < file.width()) {
      int length = left.remaining() < Short.BYTES ? -1 : Short.toUnsignedInt(left.getShort());
      if (length < 0 || length > left.remaining()) {
        return broken(first, width, entries, "an entry bundle ends too early");
      }
      byte[] entry = new byte[length];
      left.get(entry);
      entries.add(entry);
    }
    return left.hasRemaining()
        ? broken(first, width, entries, "an entry bundle has more than it should")
        : new Bundle(entries.subList(0, width), null);
  }

  private static Bundle broken(long first, int width, List<byte[]> entries, String why) {
    BadLogException problem = new BadLogException(first + Math.min(width, entries.size()), why);
    return new Bundle(entries.subList(0, Math.min(width, entries.size())), problem);
  }

  private Content read(String partial, String full, int width, long first)
      throws IOException, BadLogException {
    Optional<byte[]> found = source.read(partial);
    if (found.isPresent()) {
      return new Content(found.get(), width);
    }
    return source
        .read(full)
        .map(bytes -> new Content(bytes, WIDTH))
        .orElseThrow(() -> new BadLogException(first, partial + " is missing"));
  }
}
