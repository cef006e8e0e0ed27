package io.pulsewarden.e2e.kubernetes;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What {@code kubectl kustomize} makes of a folder. It asks no cluster. */
final class Kustomize {

  private static final String KUBECTL = "kubectl";

  private Kustomize() {}

  static boolean isThere() {
    String path = System.getenv("PATH");
    return path != null
        && Arrays.stream(path.split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder).resolve(KUBECTL)));
  }

  /**
   * The documents that it builds.
   *
   * @throws IOException with what it said, if it does not end with exit code 0
   */
  static Manifests build(Path folder) throws IOException, InterruptedException {
    Path built = Files.createTempFile("built", ".yaml");
    Path said = Files.createTempFile("said", ".txt");
    try {
      int code =
          new ProcessBuilder(KUBECTL, "kustomize", folder.toString())
              .redirectOutput(built.toFile())
              .redirectError(said.toFile())
              .start()
              .waitFor();
      if (code != 0) {
        throw new IOException(
            "exit code " + code + ": " + Files.readString(said, StandardCharsets.UTF_8));
      }
      return new Manifests(Manifests.documents(built), List.of(), List.of());
    } finally {
      Files.delete(built);
      Files.delete(said);
    }
  }
}
