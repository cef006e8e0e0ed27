package io.pulsewarden.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads every file below a folder as bytes and tells where a text stands in it. */
final class ClearTextSearch {

  private final Path folder;

  ClearTextSearch(Path folder) {
    this.folder = folder;
  }

  /** Places as {@code file: text}. */
  List<String> find(List<String> texts) {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        // Latin-1 maps bytes to characters one to one.
        String content = content(file);
        for (String text : texts) {
          if (content.contains(latin1(text))) {
            found.add(folder.relativize(file) + ": " + text);
          }
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(folder.toString(), e);
    }
    return found;
  }

  private static String content(Path file) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException removedMeanwhile) {
      return "";
    }
  }

  private static String latin1(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
