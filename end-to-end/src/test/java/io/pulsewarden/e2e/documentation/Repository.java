package io.pulsewarden.e2e.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The files of the repository as they are checked out, without what a build or a run left. */
final class Repository {
  static final Path ROOT = Path.of(System.getProperty("pulsewarden.root", "..")).normalize();
  private static final Set<String> NOT_OURS = Set.of("target", ".git", ".pulsewarden", ".mvn");

  private Repository() {}

  /** Files with this name or ending, relative to the root, in order. */
  static List<Path> files(String ending) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .map(ROOT::relativize)
          .filter(Repository::isOurs)
          .filter(file -> file.getFileName().toString().endsWith(ending))
          .filter(file -> Files.isRegularFile(ROOT.resolve(file)))
          .sorted()
          .toList();
    }
  }

  private static boolean isOurs(Path file) {
    for (Path part : file) {
      if (NOT_OURS.contains(part.toString())) {
        return false;
      }
    }
    return true;
  }

  static String text(Path relative) throws IOException {
    return Files.readString(ROOT.resolve(relative));
  }
}
