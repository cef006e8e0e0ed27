package io.pulsewarden.logverifier;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole log and believes nothing of it: hashes every entry, compares every tile, the root
 * and the checkpoint, an earlier checkpoint, and follows each producer's chain.
 */
public final class LogVerifier {

  private static final int LEVEL_BITS = 8;
  private static final int MAX_ENTRY = 65_535;

  private final VerifierKey key;
  private final Optional<byte[]> earlier;
  private final Optional<ServiceCa> ca;
  private final List<VerifierKey> witnesses;
  private final int quorum;

  /**
   * @param key the log's, from elsewhere than from the log
   * @param earlier a checkpoint of the same log that the verifier kept
   * @param ca of the services; without it, heads are checked against certificates that nobody
   *     vouches for
   */
  public LogVerifier(VerifierKey key, Optional<byte[]> earlier, Optional<ServiceCa> ca) {
    this(key, earlier, ca, List.of(), 0);
  }

  private LogVerifier(
      VerifierKey key,
      Optional<byte[]> earlier,
      Optional<ServiceCa> ca,
      List<VerifierKey> witnesses,
      int quorum) {
    this.witnesses = List.copyOf(witnesses);
    this.quorum = quorum;
    this.key = key;
    this.earlier = earlier;
    this.ca = ca;
  }

  /** One that also wants as many of these witnesses to have cosigned the checkpoint. */
  public LogVerifier witnessedBy(List<VerifierKey> keys, int atLeast) {
    return new LogVerifier(key, earlier, ca, keys, atLeast);
  }

  /**
   * Verifies a log.
   *
   * @throws IOException if it can't be read, which says nothing of it
   */
  public Report verify(TreeSource source) throws IOException {
    List<Problem> problems = new ArrayList<>();
    Producers producers = new Producers(ca);
    long size = 0;
    @Nullable PrunedLog pruned = null;
    try {
      byte[] note =
          source
              .read("checkpoint")
              .orElseThrow(() -> new BadLogException("the log has no checkpoint"));
      Checkpoint checkpoint = Checkpoint.open(note, key);
      int cosigned = Cosignatures.count(note, witnesses);
      if (cosigned < quorum) {
        throw new BadLogException(
            "the checkpoint is cosigned by " + cosigned + " of the witnesses, not by " + quorum);
      }
      size = checkpoint.size();
      pruned = PrunedLog.read(source, key);
      pruned.requireWithin(size);
      producers.prunedBefore(pruned.before());
      compare(new TileFiles(source), checkpoint, earlierCheckpoint(), pruned, producers);
      producers.end();
      compareOversized(source, producers);
      new Leftovers(source, size).compare();
    } catch (BadLogException bad) {
      problems.add(new Problem(bad.index(), String.valueOf(bad.getMessage())));
    }
    problems.addAll(producers.problems());
    problems.sort(Comparator.comparingLong(Problem::index));
    return new Report(
        key.name(),
        size,
        producers.chains(),
        producers.open(),
        producers.unsigned(),
        producers.unchained(),
        producers.findings(),
        problems,
        pruned == null || producers.skipped() == 0
            ? Optional.empty()
            : Optional.of(
                new Report.Pruned(
                    pruned.minimum(),
                    pruned.before(),
                    producers.skipped(),
                    producers.unverifiable(),
                    producers.doubtful())));
  }

  /** Else a keeper could hide any record behind its hash. */
  private static void compareOversized(TreeSource source, Producers producers)
      throws IOException, BadLogException {
    for (var standIn : producers.oversized().entrySet()) {
      String path = DerivedFinding.blob(standIn.getValue());
      byte[] value =
          source
              .read(path)
              .orElseThrow(() -> new BadLogException(standIn.getKey(), path + " is missing"));
      if (value.length <= MAX_ENTRY || !Arrays.equals(Hashes.sha256(value), standIn.getValue())) {
        throw new BadLogException(
            standIn.getKey(), "the entry stands for a value that is another or not too large");
      }
    }
  }

  private Optional<Checkpoint> earlierCheckpoint() throws BadLogException {
    return earlier.isPresent()
        ? Optional.of(Checkpoint.open(earlier.get(), key))
        : Optional.empty();
  }

  private static void compare(
      TileFiles files,
      Checkpoint checkpoint,
      Optional<Checkpoint> earlier,
      PrunedLog pruned,
      Producers producers)
      throws IOException, BadLogException {
    if (earlier.isPresent() && earlier.get().size() > checkpoint.size()) {
      throw new BadLogException(
          checkpoint.size(),
          "the log was rolled back: it had "
              + earlier.get().size()
              + " entries, and has "
              + checkpoint.size());
    }
    GrowingTree tree = new GrowingTree();
    requireEarlier(tree, earlier);
    List<byte[]> row = new ArrayList<>();
    try (CheckedBundles bundles = new CheckedBundles(files, checkpoint.size(), pruned)) {
      while (bundles.hasNext()) {
        CheckedBundle bundle = bundles.next();
        take(bundle, tree, earlier, pruned, producers);
        if (bundle.root() != null) {
          row.add(bundle.root());
        }
      }
    }
    compareUpperTiles(files, row);
    if (!Arrays.equals(tree.root(), checkpoint.rootBytes())) {
      throw new BadLogException("the entries do not have the root that the checkpoint signs");
    }
  }

  /** Tells what is wrong in the log's order: the first of it is what was wrong first. */
  private static void take(
      CheckedBundle bundle,
      GrowingTree tree,
      Optional<Checkpoint> earlier,
      PrunedLog pruned,
      Producers producers)
      throws BadLogException {
    long first = tree.size();
    byte[] root = bundle.broken() == null ? bundle.root() : null;
    boolean atOnce = root != null && !endsWithin(earlier, first, bundle.width());
    if (root != null && atOnce) {
      tree.add(1, root);
    }
    for (int i = 0; i < bundle.width(); i++) {
      if (bundle.there()) {
        producers.take(first + i, bundle.entries().get(i));
      } else {
        producers.skip(first + i);
      }
      if (!atOnce) {
        tree.add(bundle.hashes().get(i));
        requireEarlier(tree, earlier);
      }
    }
    if (bundle.broken() != null) {
      throw bundle.broken();
    }
    requireEarlier(tree, earlier);
    pruned.requireRoot(tree);
  }

  private static boolean endsWithin(Optional<Checkpoint> earlier, long first, int width) {
    return earlier.filter(kept -> kept.size() > first && kept.size() < first + width).isPresent();
  }

  /** The tree of as many entries as the earlier checkpoint had must have its root. */
  private static void requireEarlier(GrowingTree tree, Optional<Checkpoint> earlier)
      throws BadLogException {
    if (earlier.isPresent()
        && earlier.get().size() == tree.size()
        && !Arrays.equals(tree.root(), earlier.get().rootBytes())) {
      throw new BadLogException(
          "the log was forked: its first "
              + tree.size()
              + " entries are not those of the earlier checkpoint");
    }
  }

  private static void compareUpperTiles(TileFiles files, List<byte[]> firstRow)
      throws IOException, BadLogException {
    List<byte[]> row = firstRow;
    for (int level = 1; !row.isEmpty(); level++) {
      List<byte[]> above = new ArrayList<>();
      for (int from = 0; from < row.size(); from += TileFiles.WIDTH) {
        int width = Math.min(TileFiles.WIDTH, row.size() - from);
        List<byte[]> hashes = files.hashes(level, from / TileFiles.WIDTH, width);
        for (int i = 0; i < width; i++) {
          if (!Arrays.equals(hashes.get(i), row.get(from + i))) {
            throw new BadLogException(
                (long) (from + i) << (LEVEL_BITS * level),
                "a tile of level " + level + " is not made of the tiles below it");
          }
        }
        if (width == TileFiles.WIDTH) {
          above.add(GrowingTree.root(hashes));
        }
      }
      row = above;
    }
  }
}
