package io.pulsewarden.logverifier;

import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the log's keeper signed about entries that it need not show any more
 * (docs/formats/pruned-log.md).
 */
final class PrunedLog {

  static final String FILE = "pruned";

  private static final String FIRST_LINE = "pulsewarden-pruned-log-v1";

  /** Where nothing was pruned. */
  static final PrunedLog NOTHING = new PrunedLog(0, Hashes.sha256(), Instant.MIN);

  private final long minimum;
  private final byte[] root;
  private final Instant before;

  private PrunedLog(long minimum, byte[] root, Instant before) {
    this.minimum = minimum;
    this.root = root;
    this.before = before;
  }

  /** The source's statement; where there is none, all has to be there. */
  static PrunedLog read(TreeSource source, VerifierKey key) throws IOException, BadLogException {
    Optional<byte[]> note = source.read(FILE);
    return note.isPresent() ? open(note.get(), key) : NOTHING;
  }

  /**
   * Opens a statement.
   *
   * @throws BadLogException if it is not one of this log's
   */
  static PrunedLog open(byte[] note, VerifierKey key) throws BadLogException {
    String text = Checkpoint.signedText("the statement of what was pruned", note, key);
    List<String> lines = List.of(text.split("\n", -1));
    if (lines.size() < 6
        || !lines.get(0).equals(FIRST_LINE)
        || !lines.get(1).equals(key.name())
        || !lines.get(2).matches("[1-9][0-9]{0,17}")) {
      throw new BadLogException("the statement of what was pruned is another log's, or none");
    }
    long minimum = Long.parseLong(lines.get(2));
    byte[] root = Checkpoint.base64(lines.get(3));
    if (minimum % TileFiles.WIDTH != 0 || root.length != Hashes.BYTES) {
      throw new BadLogException("the statement of what was pruned names no whole bundles");
    }
    try {
      return new PrunedLog(minimum, root, Instant.parse(lines.get(4)));
    } catch (DateTimeParseException noTime) {
      throw new BadLogException("the statement of what was pruned has no time");
    }
  }

  /** Entries below this index may be missing; 0 if none may. */
  long minimum() {
    return minimum;
  }

  /** All of them were covered by a checkpoint before this time. */
  Instant before() {
    return before;
  }

  /** Whether these entries, up to but not including an index, may be missing. */
  boolean mayLack(long end) {
    return end <= minimum;
  }

  void requireWithin(long size) throws BadLogException {
    if (minimum > size) {
      throw new BadLogException("more was pruned than the checkpoint covers");
    }
  }

  /** The tree of as many entries as the statement is about must have its root. */
  void requireRoot(GrowingTree tree) throws BadLogException {
    if (tree.size() == minimum && !Arrays.equals(tree.root(), root)) {
      throw new BadLogException(
          "the first " + minimum + " hashes are not those of the statement of what was pruned");
    }
  }
}
