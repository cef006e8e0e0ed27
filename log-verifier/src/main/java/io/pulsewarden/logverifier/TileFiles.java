package io.pulsewarden.logverifier;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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

  /** The entries of a bundle. */
  List<byte[]> entries(long index, int width) throws IOException, BadLogException {
    long first = index * WIDTH;
    Content file = read(bundle(index, width), bundle(index, WIDTH), width, first);
    ByteBuffer left = ByteBuffer.wrap(file.bytes());
    List<byte[]> entries = new ArrayList<>(file.width());
    while (entries.size() < file.width()) {
      int length = left.remaining() < Short.BYTES ? -1 : Short.toUnsignedInt(left.getShort());
      if (length < 0 || length > left.remaining()) {
        throw new BadLogException(first + entries.size(), "an entry bundle ends too early");
      }
      byte[] entry = new byte[length];
      left.get(entry);
      entries.add(entry);
    }
    if (left.hasRemaining()) {
      throw new BadLogException(first + entries.size(), "an entry bundle has more than it should");
    }
    return entries.subList(0, width);
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
