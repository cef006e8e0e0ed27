package io.pulsewarden.logverifier;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files of a copy that its newest checkpoint does not need: partial tiles and bundles of earlier
 * sizes, and blobs. Whoever holds an earlier checkpoint reads them, so that they must say the same.
 * Called when all that the newest checkpoint needs was found good.
 */
final class Leftovers {

  private static final Pattern PARTIAL =
      Pattern.compile("tile/(entries|[0-7])/((?:x\\d{3}/){0,6})(\\d{3})\\.p/(\\d{1,3})");
  private static final Pattern BLOB = Pattern.compile("tile/blob/([0-9a-f]{64})");
  private static final int LEVEL_BITS = 8;

  private final TreeSource source;
  private final long size;

  Leftovers(TreeSource source, long size) {
    this.source = source;
    this.size = size;
  }

  void compare() throws IOException, BadLogException {
    for (String path : source.list()) {
      Matcher partial = PARTIAL.matcher(path);
      Matcher blob = BLOB.matcher(path);
      if (partial.matches()) {
        String level = partial.group(1);
        comparePartial(
            path,
            level.equals("entries"),
            level.equals("entries") ? 0 : Integer.parseInt(level),
            Long.parseLong(partial.group(2).replaceAll("[x/]", "") + partial.group(3)),
            Integer.parseInt(partial.group(4)));
      } else if (blob.matches()) {
        byte[] hash = HexFormat.of().parseHex(blob.group(1));
        if (!Arrays.equals(Hashes.sha256(read(path)), hash)) {
          throw new BadLogException(path + " does not hash to its name");
        }
      }
    }
  }

  private void comparePartial(String path, boolean bundle, int level, long index, int width)
      throws IOException, BadLogException {
    long left = (size >>> (LEVEL_BITS * level)) - index * TileFiles.WIDTH;
    int there = Math.clamp(left, 0, TileFiles.WIDTH);
    if (width == 0 || width >= there) {
      // The checkpoint's own one, which was read, or one of a later size, which nothing signs yet.
      return;
    }
    TileFiles files = new TileFiles(source);
    List<byte[]> expected =
        (bundle ? files.entries(index, there) : files.hashes(level, index, there))
            .subList(0, width);
    TileFiles.Bundle found =
        bundle
            ? files.bundleOf(index, width)
            : new TileFiles.Bundle(files.hashes(level, index, width), null);
    for (int i = 0; i < found.entries().size(); i++) {
      if (!Arrays.equals(expected.get(i), found.entries().get(i))) {
        throw new BadLogException(
            (index * TileFiles.WIDTH + i) << (LEVEL_BITS * level),
            path + " is not what the log had there");
      }
    }
    found.requireWhole();
  }

  private byte[] read(String path) throws IOException {
    return source.read(path).orElseThrow(() -> new IOException(path + " is gone"));
  }
}
