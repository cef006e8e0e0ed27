package io.pulsewarden.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The fenced {@code sh} blocks of a Markdown page, as one script: a reader types them into one
 * shell, one after the other, and stops at the first that fails.
 */
record ShellBlocks(List<Block> blocks) {

  private static final Pattern FENCED = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
  private static final long LIMIT_MINUTES = 15;

  /**
   * One block.
   *
   * @param line of the page, where its first command stands
   */
  record Block(long line, String commands) {}

  /**
   * What bash left behind.
   *
   * @param output standard output and standard error, as they came
   */
  record Outcome(int exitCode, String output) {}

  ShellBlocks {
    blocks = List.copyOf(blocks);
  }

  static ShellBlocks of(String page) {
    return new ShellBlocks(
        FENCED
            .matcher(page)
            .results()
            .map(
                match -> {
                  long line = page.substring(0, match.start(1)).lines().count() + 1;
                  return new Block(line, match.group(1));
                })
            .toList());
  }

  /** Runs all blocks in one bash, in a folder where it may leave its script and output. */
  Outcome run(Path folder, Map<String, String> environment) {
    try {
      Path script = Files.writeString(folder.resolve("page.sh"), script());
      Path output = folder.resolve("page.out");
      ProcessBuilder bash =
          new ProcessBuilder("bash", script.toString())
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(output.toFile());
      bash.environment().putAll(environment);
      Process running = bash.start();
      if (!running.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
        running.destroyForcibly();
        throw new AssertionError("the page did not end:\n" + Files.readString(output));
      }
      return new Outcome(running.exitValue(), Files.readString(output));
    } catch (IOException e) {
      throw new IllegalStateException("can't run bash", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  // Stops at the first command that fails, and says before each block where it stands.
  private String script() {
    return blocks.stream()
        .map(block -> "echo '--- line " + block.line() + "'\n" + block.commands())
        .collect(Collectors.joining("\n", "set -euo pipefail\n", ""));
  }
}
