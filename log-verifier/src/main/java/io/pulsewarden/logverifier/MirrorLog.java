package io.pulsewarden.logverifier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Copies a log's files into a folder, as static files that any tlog client can read. */
public final class MirrorLog {

  private static final int LEVEL_BITS = 8;

  private final TreeSource source;
  private final VerifierKey key;
  private final Path folder;

  public MirrorLog(TreeSource source, VerifierKey key, Path folder) {
    this.source = source;
    this.key = key;
    this.folder = folder;
  }

  /**
   * Copies all that the newest checkpoint covers. Full tiles that are there already stay: they
   * never change. The checkpoint is written last, so that a copy that was cut off still is the
   * older one.
   *
   * @return entries of the copy
   */
  public long copy() throws IOException, BadLogException {
    byte[] note =
        source
            .read("checkpoint")
            .orElseThrow(() -> new BadLogException("the log has no checkpoint"));
    long size = Checkpoint.open(note, key).size();
    for (long from = 0; from < size; from += TileFiles.WIDTH) {
      int width = (int) Math.min(TileFiles.WIDTH, size - from);
      copy(TileFiles.bundle(from / TileFiles.WIDTH, width));
    }
    long inLevel = size;
    for (int level = 0; inLevel > 0; level++) {
      for (long from = 0; from < inLevel; from += TileFiles.WIDTH) {
        int width = (int) Math.min(TileFiles.WIDTH, inLevel - from);
        copy(TileFiles.tile(level, from / TileFiles.WIDTH, width));
      }
      inLevel >>>= LEVEL_BITS;
    }
    write("checkpoint", note);
    return size;
  }

  private void copy(String path) throws IOException, BadLogException {
    if (!Files.exists(folder.resolve(path))) {
      write(path, source.read(path).orElseThrow(() -> new BadLogException(path + " is missing")));
    }
  }

  /** Whole or not at all: a crash leaves the file under its other name. */
  private void write(String path, byte[] bytes) throws IOException {
    Path file = folder.resolve(path);
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Path draft = file.resolveSibling(file.getFileName() + ".part");
    Files.write(draft, bytes);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
