package io.pulsewarden.platform.servers;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** Prepares a folder once, whoever asks first: in this process and in others. */
public final class BuildLock {

  private static final System.Logger LOG = System.getLogger(BuildLock.class.getName());
  private static final Map<Path, Lock> HERE = new ConcurrentHashMap<>();

  private BuildLock() {}

  /** Fills an empty folder. */
  @FunctionalInterface
  public interface Preparation {
    /** Called with an empty folder of its own. */
    void fill(Path folder) throws IOException, InterruptedException;
  }

  /**
   * Returns {@code target} when it is complete. It is filled beside its place and renamed, so a
   * crash leaves a folder that no one looks at and that a later call removes. Each call fills a
   * folder of its own: what a killed one had begun may still be written to.
   */
  public static Path prepareOnce(Path target, Preparation preparation)
      throws IOException, InterruptedException {
    // A file lock keeps other processes out; within one it would fail instead of waiting.
    Lock here = HERE.computeIfAbsent(target.toAbsolutePath(), path -> new ReentrantLock());
    here.lockInterruptibly();
    try {
      return Files.isDirectory(target) ? target : prepareAlone(target, preparation);
    } finally {
      here.unlock();
    }
  }

  private static Path prepareAlone(Path target, Preparation preparation)
      throws IOException, InterruptedException {
    Path lockFile = target.resolveSibling(target.getFileName() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      if (!Files.isDirectory(target) && held.isValid()) {
        String prefix = target.getFileName() + ".half-";
        Path parent = Objects.requireNonNull(target.toAbsolutePath().getParent());
        removeLeftovers(parent, prefix);
        Path half = Files.createTempDirectory(parent, prefix);
        preparation.fill(half);
        Files.move(half, target, StandardCopyOption.ATOMIC_MOVE);
      }
      return target;
    }
  }

  private static void removeLeftovers(Path parent, String prefix) throws IOException {
    try (Stream<Path> all = Files.list(parent)) {
      for (Path each : all.toList()) {
        if (String.valueOf(each.getFileName()).startsWith(prefix)) {
          try {
            delete(each);
          } catch (IOException stillWrittenTo) {
            LOG.log(System.Logger.Level.DEBUG, "left for the next call", stillWrittenTo);
          }
        }
      }
    }
  }

  /** Deletes a folder and all in it, if it is there. */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
