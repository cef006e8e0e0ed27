package io.pulsewarden.platform.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;

/** Does to a copy of the log what its keeper could do. */
final class Tampering {

  private static final SecureRandom RANDOM = new SecureRandom();

  /** The first two bytes of a bundle are an entry's length; what follows is the entry. */
  private static final int LENGTH_BYTES = 2;

  private Tampering() {}

  /** What was changed. */
  record Change(Path file, int offset) {}

  /** Flips the lowest bit of one byte of one entry bundle. */
  static Change changeOneByte(Path copy) throws IOException {
    List<Path> bundles;
    try (Stream<Path> all = Files.walk(copy.resolve("tile/entries"))) {
      bundles = all.filter(Files::isRegularFile).sorted().toList();
    }
    Path bundle = bundles.get(RANDOM.nextInt(bundles.size()));
    byte[] bytes = Files.readAllBytes(bundle);
    int offset = LENGTH_BYTES + RANDOM.nextInt(bytes.length - LENGTH_BYTES);
    bytes[offset] ^= 1;
    Files.write(bundle, bytes);
    return new Change(copy.relativize(bundle), offset);
  }
}
