package io.pulsewarden.renewal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells by size, time and identity whether one of some files was replaced. Not thread-safe. */
final class WatchedFiles {

  private final List<Path> files;
  private List<Version> seen = List.of();

  private record Version(long size, long modified, @Nullable Object identity) {}

  WatchedFiles(Collection<Path> files) {
    this.files = List.copyOf(files);
  }

  /** Whether they differ from those that were last accepted; so they do at first. */
  boolean changed() throws IOException {
    return !versions().equals(seen);
  }

  /** What was on disk before the files were read. */
  Runnable accept() throws IOException {
    List<Version> read = versions();
    return () -> seen = read;
  }

  private List<Version> versions() throws IOException {
    List<Version> versions = new ArrayList<>();
    for (Path file : files) {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      versions.add(
          new Version(
              attributes.size(), attributes.lastModifiedTime().toMillis(), attributes.fileKey()));
    }
    return versions;
  }
}
