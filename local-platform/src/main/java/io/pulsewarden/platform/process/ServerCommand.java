package io.pulsewarden.platform.process;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What to run, where, and where its output goes.
 *
 * @param name for messages
 * @param command program and arguments
 * @param directory working directory; made if missing
 * @param files where its output goes and where it is written down
 * @param environment added to, or replacing, this process' own
 */
public record ServerCommand(
    String name,
    List<String> command,
    Path directory,
    ProcessFiles files,
    Map<String, String> environment) {

  public ServerCommand {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  public ServerCommand(String name, List<String> command, Path directory, ProcessFiles files) {
    this(name, command, directory, files, Map.of());
  }

  /**
   * Starts it in a session of its own: a terminal's Ctrl-C does not reach it. The child waits until
   * it was written down. A crash before that leaves a child that reads the end of its input and
   * ends; a crash after it, a server that the next start finds.
   */
  public ServerProcess start() throws IOException {
    List<String> line = new ArrayList<>(NEW_SESSION);
    line.addAll(WHEN_TOLD);
    line.addAll(command);
    Process process = builder(line).redirectInput(ProcessBuilder.Redirect.PIPE).start();
    try (OutputStream go = process.getOutputStream()) {
      ProcessId id = ProcessId.of(process.toHandle());
      files.remember(id);
      go.write('\n');
      return new ServerProcess(name, id);
    }
  }

  /**
   * Runs it to its end, or, if this thread is interrupted, until then.
   *
   * @throws IOException if it can't be started or ends with another status than 0
   */
  public void run() throws IOException, InterruptedException {
    Process process = builder(command).start();
    int status;
    try {
      status = process.waitFor();
    } catch (InterruptedException e) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw e;
    }
    if (status != 0) {
      throw new IOException(name + " ended with status " + status + "; its output: " + files.log());
    }
  }

  private ProcessBuilder builder(List<String> line) throws IOException {
    Files.createDirectories(directory);
    Files.createDirectories(files.log().toAbsolutePath().getParent());
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(files.log().toFile()));
    builder.environment().putAll(environment);
    return builder;
  }

  private static final List<String> WHEN_TOLD =
      List.of("/bin/sh", "-c", "read -r _ && exec \"$@\" </dev/null", "sh");

  /** Both exec the program, so that its pid is the one that we started. */
  private static final List<String> NEW_SESSION =
      Files.isExecutable(Path.of("/usr/bin/setsid"))
          ? List.of("/usr/bin/setsid")
          : List.of(
              "/usr/bin/perl", "-e", "use POSIX; POSIX::setsid(); exec @ARGV or die $!", "--");
}
