package io.pulsewarden.audit.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The newest checkpoint that was published from here, where no restored database reaches. One
 * thread.
 */
class PublishedFile {

  private final Path file;

  PublishedFile(Path file) {
    this.file = file.toAbsolutePath();
  }

  /** The note; empty before the first. */
  Optional<String> read() {
    try {
      return Files.exists(file)
          ? Optional.of(Files.readString(file, StandardCharsets.UTF_8))
          : Optional.empty();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * Replaces the note.
   *
   * <p>Written and synced under another name, then renamed: a crash leaves the old note or the new
   * one, whole. The folder is not synced: a rename that is lost leaves the old one.
   */
  void write(String note) {
    Path draft = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.writeString(draft, note, StandardCharsets.UTF_8);
      try (FileChannel written = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        written.force(true);
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException unwritten) {
      throw new UncheckedIOException(unwritten);
    }
  }
}
