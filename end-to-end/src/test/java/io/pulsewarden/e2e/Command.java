package io.pulsewarden.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A program run to its end, or in the background; its output goes through a file. */
final class Command {

  private static final long LIMIT_MINUTES = 10;

  private final List<String> words;
  private final Map<String, String> environment = new HashMap<>();
  private Path folder = Platform.ROOT;

  private Command(List<String> words) {
    this.words = new ArrayList<>(words);
  }

  static Command of(String... words) {
    return new Command(List.of(words));
  }

  Command with(String... more) {
    words.addAll(List.of(more));
    return this;
  }

  Command environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Runs in that folder, not in the checkout's. */
  Command in(Path workingFolder) {
    folder = workingFolder;
    return this;
  }

  CommandResult run() {
    return start().result();
  }

  Running start() {
    try {
      Path output = Files.createTempFile("command", ".out");
      ProcessBuilder builder =
          new ProcessBuilder(words)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(output.toFile());
      // Java says on the error output that it picked them up.
      builder.environment().keySet().removeAll(Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
      builder.environment().putAll(environment);
      return new Running(String.join(" ", words), builder.start(), output);
    } catch (IOException e) {
      throw new IllegalStateException("can't start " + words.getFirst(), e);
    }
  }

  /** A started program. */
  record Running(String command, Process process, Path outputFile) implements AutoCloseable {

    CommandResult result() {
      try {
        if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
          process.destroyForcibly();
          throw new AssertionError(command + " did not end:\n" + output());
        }
        return new CommandResult(command, process.exitValue(), output());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    String output() {
      try {
        return Files.readString(outputFile, StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new IllegalStateException(outputFile.toString(), e);
      }
    }

    @Override
    public void close() {
      // What the script started, a simulator say, would outlive it.
      var children = process.descendants().toList();
      process.destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
    }
  }
}
