package io.pulsewarden.logverifier;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/** Copies a log's files into a folder, as static files that any tlog client can read. */
public final class MirrorLog {

  private static final int LEVEL_BITS = 8;
  private static final String CHECKPOINT = "checkpoint";

  private final TreeSource source;
  private final VerifierKey key;
  private final Path folder;

  public MirrorLog(TreeSource source, VerifierKey key, Path folder) {
    this.source = source;
    this.key = key;
    this.folder = folder;
  }

  /**
   * Copies all that the newest checkpoint covers. Full tiles and bundles that are there already
   * stay: they never change. The checkpoint is written last, and only if the copied hashes give its
   * root and begin with the tree of the copy's earlier checkpoint: a copy that was cut off at
   * whatever byte still is the earlier one, and a log that was rolled back or forked replaces
   * nothing.
   *
   * @return entries of the copy
   */
  public long copy() throws IOException, BadLogException {
    byte[] note =
        source.read(CHECKPOINT).orElseThrow(() -> new BadLogException("the log has no checkpoint"));
    Checkpoint newest = Checkpoint.open(note, key);
    Optional<Checkpoint> earlier = earlier();
    if (earlier.isPresent() && earlier.get().size() > newest.size()) {
      throw new BadLogException(newest.size(), "the log was rolled back: the copy has more");
    }
    copyTiles(newest.size());
    requireTree(newest, earlier);
    copyEntries(newest.size());
    write(CHECKPOINT, note);
    return newest.size();
  }

  private Optional<Checkpoint> earlier() throws IOException, BadLogException {
    Optional<byte[]> note = new FolderTree(folder).read(CHECKPOINT);
    return note.isPresent() ? Optional.of(Checkpoint.open(note.get(), key)) : Optional.empty();
  }

  private void copyTiles(long size) throws IOException, BadLogException {
    long inLevel = size;
    for (int level = 0; inLevel > 0; level++) {
      for (long from = 0; from < inLevel; from += TileFiles.WIDTH) {
        int width = (int) Math.min(TileFiles.WIDTH, inLevel - from);
        copy(TileFiles.tile(level, from / TileFiles.WIDTH, width));
      }
      inLevel >>>= LEVEL_BITS;
    }
  }

  private void requireTree(Checkpoint newest, Optional<Checkpoint> earlier)
      throws IOException, BadLogException {
    TileFiles copied = new TileFiles(new FolderTree(folder));
    GrowingTree tree = new GrowingTree();
    requireRoot(tree, earlier);
    for (long from = 0; from < newest.size(); from += TileFiles.WIDTH) {
      int width = (int) Math.min(TileFiles.WIDTH, newest.size() - from);
      for (byte[] hash : copied.hashes(0, from / TileFiles.WIDTH, width).subList(0, width)) {
        tree.add(hash);
        requireRoot(tree, earlier);
      }
    }
    requireRoot(tree, Optional.of(newest));
  }

  private static void requireRoot(GrowingTree tree, Optional<Checkpoint> at)
      throws BadLogException {
    if (at.isPresent()
        && at.get().size() == tree.size()
        && !Arrays.equals(tree.root(), at.get().rootBytes())) {
      throw new BadLogException("the first " + tree.size() + " hashes do not give a signed root");
    }
  }

  private void copyEntries(long size) throws IOException, BadLogException {
    TileFiles copied = new TileFiles(new FolderTree(folder));
    for (long from = 0; from < size; from += TileFiles.WIDTH) {
      int width = (int) Math.min(TileFiles.WIDTH, size - from);
      copy(TileFiles.bundle(from / TileFiles.WIDTH, width));
      for (byte[] entry : copied.entries(from / TileFiles.WIDTH, width)) {
        DerivedFinding derived = DerivedFinding.read(entry);
        if (derived != null && derived.kind() == DerivedFinding.OVERSIZED) {
          copyBlob(DerivedFinding.blob(derived.valueHash()));
        }
      }
    }
  }

  /** A producer can send what looks like the keeper's word for a blob that never was. */
  private void copyBlob(String path) throws IOException {
    if (!Files.exists(folder.resolve(path))) {
      Optional<byte[]> blob = source.read(path);
      if (blob.isPresent()) {
        write(path, blob.get());
      }
    }
  }

  private void copy(String path) throws IOException, BadLogException {
    if (!Files.exists(folder.resolve(path))) {
      write(path, source.read(path).orElseThrow(() -> new BadLogException(path + " is missing")));
    }
  }

  /**
   * Whole or not at all: a crash leaves the file under its other name, which the next run replaces.
   */
  private void write(String path, byte[] bytes) throws IOException {
    Path file = folder.resolve(path);
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Path draft = file.resolveSibling(file.getFileName() + ".part");
    Files.write(draft, bytes);
    try (FileChannel written = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      written.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
