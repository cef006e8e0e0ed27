package io.pulsewarden.platform.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where a process' output goes, and where it is written down which process it is.
 *
 * @param log appended to
 * @param id holds pid and start time while the process is meant to run
 */
public record ProcessFiles(Path log, Path id) {

  private static final int PARTS = 2;

  /** Both in one folder, under the process' name. */
  public static ProcessFiles in(Path folder, String name) {
    return new ProcessFiles(folder.resolve(name + ".log"), folder.resolve(name + ".process"));
  }

  /** Writes the process down, which {@link ServerCommand#start} lets run only then. */
  void remember(ProcessId process) throws IOException {
    PrivateFiles.folder(id.resolveSibling(".").normalize());
    PrivateFiles.replace(id, process.pid() + " " + process.startedAt().toEpochMilli() + "\n");
  }

  /** Writes this very process down. */
  public void rememberThisProcess() throws IOException {
    remember(ProcessId.of(ProcessHandle.current()));
  }

  /** The process that was written down, if it still runs. */
  public Optional<ServerProcess> running(String name) throws IOException {
    return recall().filter(ProcessId::isAlive).map(process -> new ServerProcess(name, process));
  }

  /** The process that was written down, dead or alive; empty if none was. */
  public Optional<ProcessId> recall() throws IOException {
    if (!Files.exists(id)) {
      return Optional.empty();
    }
    List<String> parts = List.of(Files.readString(id).strip().split(" ", -1));
    if (parts.size() != PARTS) {
      throw new IOException("not a process file: " + id);
    }
    return Optional.of(
        new ProcessId(
            Long.parseLong(parts.get(0)), Instant.ofEpochMilli(Long.parseLong(parts.get(1)))));
  }

  /** The process is meant to run no longer. */
  public void forget() throws IOException {
    Files.deleteIfExists(id);
  }
}
