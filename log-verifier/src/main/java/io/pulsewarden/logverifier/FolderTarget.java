package io.pulsewarden.logverifier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** A copy in a folder, which any web server can serve. */
record FolderTarget(Path folder) implements TreeTarget {

  @Override
  public Optional<byte[]> read(String path) throws IOException {
    return new FolderTree(folder).read(path);
  }

  @Override
  public void add(String path, byte[] bytes) throws IOException, BadLogException {
    Optional<byte[]> there = read(path);
    if (there.isEmpty()) {
      write(path, bytes);
    } else if (!Arrays.equals(there.get(), bytes)) {
      throw new BadLogException("the copy has another " + path);
    }
  }

  @Override
  public void publish(byte[] note) throws IOException {
    write(MirrorLog.CHECKPOINT, note);
  }

  /**
   * A crash leaves the file under its other name, which the next run replaces, or the whole file.
   */
  private void write(String path, byte[] bytes) throws IOException {
    Path file = folder.resolve(path).toAbsolutePath();
    Files.createDirectories(file.getParent());
    Durable.replace(file, bytes);
  }
}
