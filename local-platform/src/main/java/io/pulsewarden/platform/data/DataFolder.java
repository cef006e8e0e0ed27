package io.pulsewarden.platform.data;

import io.pulsewarden.platform.PlatformException;
import io.pulsewarden.platform.process.PrivateFiles;
import io.pulsewarden.platform.process.ProcessFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one folder of a platform, mode 0700.
 *
 * <p>A marker file is the first thing in it. Whatever is made later is either replaced at once or
 * asks what is there already, so a start that was cut off anywhere is completed by the next one.
 *
 * @param root absolute
 */
public record DataFolder(Path root) {

  private static final String MARKER = "pulsewarden-data";
  private static final String FORMAT = "1";

  public DataFolder {
    root = root.toAbsolutePath().normalize();
  }

  /**
   * Makes the folder, or checks that it is one of ours.
   *
   * @throws PlatformException if something else is in it, or a newer Pulsewarden made it
   */
  public void prepare() throws IOException {
    if (!exists()) {
      if (Files.exists(root) && !isEmpty()) {
        throw new PlatformException(
            root + " is not empty and no Pulsewarden data folder; choose another with --data");
      }
      PrivateFiles.folder(root);
      PrivateFiles.replace(root.resolve(MARKER), FORMAT + "\n");
    }
    String format = Files.readString(root.resolve(MARKER)).strip();
    if (!format.equals(FORMAT)) {
      throw new PlatformException(
          root + " was made by another version (format " + format + "); use that version");
    }
    PrivateFiles.folder(logs());
    PrivateFiles.folder(temporary());
    PrivateFiles.folder(root.resolve("run"));
    PrivateFiles.folder(root.resolve("secrets"));
  }

  /** Whether a platform was ever started here. */
  public boolean exists() {
    return Files.exists(root.resolve(MARKER));
  }

  /**
   * Takes the folder for this process.
   *
   * @return null if another process has it
   */
  public @Nullable FileLock tryLock() throws IOException {
    FileChannel channel =
        FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
    }
    return lock;
  }

  /** One server's or service's own folder. */
  public Path of(String name) {
    return root.resolve(name);
  }

  public Path logs() {
    return root.resolve("logs");
  }

  /** Temporary files of all processes. */
  public Path temporary() {
    return root.resolve("tmp");
  }

  /** Log and id of a process. */
  public ProcessFiles process(String name) {
    return new ProcessFiles(
        logs().resolve(name + ".log"), root.resolve("run").resolve(name + ".process"));
  }

  /** Addresses for shells and tests. */
  public Path environment() {
    return root.resolve("platform.env");
  }

  /** Users, passwords, roles. */
  public Path demoUsers() {
    return root.resolve("demo-users.properties");
  }

  /** A secret of this folder. */
  public Path secret(String name) {
    return root.resolve("secrets").resolve(name);
  }

  /** The certificate authority of a kind: {@code services} or {@code edge}. */
  public Path ca(String kind) {
    return root.resolve("ca").resolve(kind);
  }

  private boolean isEmpty() throws IOException {
    try (Stream<Path> children = Files.list(root)) {
      return children.findAny().isEmpty();
    }
  }
}
