package io.pulsewarden.logverifier;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Copies a log's files, as static files that any tlog client can read. Believes nothing: what does
 * not lead to the signed root is not copied, since a copy may be one that nobody can change any
 * more.
 */
public final class MirrorLog {

  static final String CHECKPOINT = "checkpoint";

  private final TreeSource source;
  private final TileFiles files;
  private final VerifierKey key;
  private final ResumedTarget target;
  private PrunedLog pruned = PrunedLog.NOTHING;

  public MirrorLog(TreeSource source, VerifierKey key, TreeTarget target) {
    this.source = source;
    this.files = new TileFiles(source);
    this.key = key;
    this.target = new ResumedTarget(target);
  }

  /**
   * Copies what the newest checkpoint covers and the copy does not have. Once.
   *
   * <p>The new hashes are read first, and have to lead from the tree of the copy's checkpoint to
   * the newest root. Then bundles and tiles are added, and the checkpoint last: a copy that was cut
   * off anywhere is the earlier one, with files that the next run finds there. A log that was
   * rolled back or forked adds and replaces nothing.
   *
   * @return entries of the copy
   */
  public long copy() throws IOException, BadLogException {
    byte[] note =
        source.read(CHECKPOINT).orElseThrow(() -> new BadLogException("the log has no checkpoint"));
    Checkpoint newest = Checkpoint.open(note, key);
    Optional<byte[]> before = target.read(CHECKPOINT);
    RightEdge edge = new RightEdge(0, List.of());
    if (before.isPresent()) {
      Checkpoint earlier = Checkpoint.open(before.get(), key);
      requireGrowth(earlier, newest);
      edge = RightEdge.read(new TileFiles(target), earlier.size());
      requireRoot(edge.tree(), earlier, "the copy's tiles do not lead to its own signed root");
    }
    List<byte[]> rows = requireTree(edge, newest);
    addStatement(newest.size());
    add(edge, rows, newest.size());
    if (before.isEmpty() || !Arrays.equals(before.get(), note)) {
      target.publish(note);
    }
    return newest.size();
  }

  private static void requireGrowth(Checkpoint earlier, Checkpoint newest) throws BadLogException {
    if (earlier.size() > newest.size()) {
      throw new BadLogException(newest.size(), "the log was rolled back: the copy has more");
    }
    if (earlier.size() == newest.size()
        && !Arrays.equals(earlier.rootBytes(), newest.rootBytes())) {
      throw new BadLogException(
          "the log was forked: the copy has as much, and another signed root");
    }
  }

  /**
   * Reads the new hashes, and forgets all but a root for each tile.
   *
   * @return roots of the tiles of leaf hashes, from the one that the copy's tree ends in
   */
  private List<byte[]> requireTree(RightEdge edge, Checkpoint newest)
      throws IOException, BadLogException {
    GrowingTree tree = edge.tree();
    List<byte[]> known = edge.level(0);
    List<byte[]> rows = new ArrayList<>();
    for (long first = edge.size() - known.size(); first < newest.size(); first += TileFiles.WIDTH) {
      List<byte[]> hashes = hashes(first, newest.size());
      for (int i = 0; i < hashes.size(); i++) {
        if (first + i >= edge.size()) {
          tree.add(hashes.get(i));
        } else if (!Arrays.equals(hashes.get(i), known.get(i))) {
          throw new BadLogException(first + i, "the log was forked: the copy has another entry");
        }
      }
      rows.add(GrowingTree.root(hashes));
    }
    requireRoot(
        tree,
        newest,
        "the new hashes do not lead from the copy's tree to the signed root:"
            + " the log was forked, or its tiles are wrong");
    return rows;
  }

  private void add(RightEdge edge, List<byte[]> rows, long size)
      throws IOException, BadLogException {
    UpperTiles upper = new UpperTiles(target, edge);
    long first = edge.size() - edge.level(0).size();
    if (edge.size() == size) {
      return;
    }
    for (byte[] root : rows) {
      List<byte[]> hashes = hashes(first, size);
      if (!Arrays.equals(GrowingTree.root(hashes), root)) {
        throw new BadLogException(first, "a tile is another one than a moment ago");
      }
      // A crash before any of these leaves files that no checkpoint covers yet.
      addBundle(first, hashes);
      target.add(tile(first, hashes.size()), TileFiles.joined(hashes));
      if (hashes.size() == TileFiles.WIDTH) {
        upper.add(root);
      }
      first += TileFiles.WIDTH;
    }
    upper.finish();
  }

  /** A copy that begins after entries were pruned has the statement that lets it lack them. */
  private void addStatement(long size) throws IOException, BadLogException {
    Optional<byte[]> statement = source.read(PrunedLog.FILE);
    if (statement.isPresent()) {
      pruned = PrunedLog.open(statement.get(), key);
      pruned.requireWithin(size);
      if (target.read(PrunedLog.FILE).isEmpty()) {
        target.add(PrunedLog.FILE, statement.get());
      }
    }
  }

  private void addBundle(long first, List<byte[]> hashes) throws IOException, BadLogException {
    long index = first / TileFiles.WIDTH;
    String path = TileFiles.bundle(index, hashes.size());
    boolean there = target.find(path).isPresent();
    if (!there && pruned.mayLack(first + TileFiles.WIDTH) && !files.hasFullBundle(index)) {
      return;
    }
    TileFiles from = there ? new TileFiles(target) : files;
    List<byte[]> entries = from.entries(index, hashes.size());
    for (int i = 0; i < entries.size(); i++) {
      if (!Arrays.equals(Hashes.leaf(entries.get(i)), hashes.get(i))) {
        throw new BadLogException(first + i, "the entry does not hash to what its tile says");
      }
      addBlob(first + i, entries.get(i));
    }
    if (!there) {
      target.add(path, TileFiles.prefixed(entries));
    }
  }

  /** A producer can send what looks like the keeper's word for a blob that never was. */
  private void addBlob(long index, byte[] entry) throws IOException, BadLogException {
    DerivedFinding derived = DerivedFinding.read(entry);
    if (derived == null || !derived.isOversized()) {
      return;
    }
    String path = DerivedFinding.blob(derived.valueHash());
    Optional<byte[]> blob = target.read(path).isPresent() ? Optional.empty() : source.read(path);
    if (blob.isPresent()) {
      if (!Arrays.equals(Hashes.sha256(blob.get()), derived.valueHash())) {
        throw new BadLogException(index, "the entry stands for another value than " + path);
      }
      target.add(path, blob.get());
    }
  }

  private List<byte[]> hashes(long first, long size) throws IOException, BadLogException {
    int width = (int) Math.min(TileFiles.WIDTH, size - first);
    return files.hashes(0, first / TileFiles.WIDTH, width).subList(0, width);
  }

  private static String tile(long first, int width) {
    return TileFiles.tile(0, first / TileFiles.WIDTH, width);
  }

  private static void requireRoot(GrowingTree tree, Checkpoint checkpoint, String otherwise)
      throws BadLogException {
    if (!Arrays.equals(tree.root(), checkpoint.rootBytes())) {
      throw new BadLogException(otherwise);
    }
  }
}
