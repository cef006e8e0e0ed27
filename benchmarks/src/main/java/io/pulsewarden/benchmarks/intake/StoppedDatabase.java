package io.pulsewarden.benchmarks.intake;

import io.pulsewarden.benchmarks.BenchPlatform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** PostgreSQL standing still until this is closed: its processes are there, and do nothing. */
final class StoppedDatabase implements AutoCloseable {

  private final List<String> processes;

  private StoppedDatabase(List<String> processes) {
    this.processes = processes;
  }

  static StoppedDatabase of(BenchPlatform platform) throws IOException, InterruptedException {
    ProcessHandle postgres = ProcessHandle.of(platform.pid("postgres")).orElseThrow();
    List<String> processes = new ArrayList<>();
    processes.add(Long.toString(postgres.pid()));
    postgres.descendants().map(each -> Long.toString(each.pid())).forEach(processes::add);
    signal("-STOP", processes);
    return new StoppedDatabase(processes);
  }

  @Override
  public void close() throws IOException {
    try {
      signal("-CONT", processes);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static void signal(String signal, List<String> processes)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("kill", signal));
    line.addAll(processes);
    int code = new ProcessBuilder(line).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException("PostgreSQL could not be told " + signal);
    }
  }
}
