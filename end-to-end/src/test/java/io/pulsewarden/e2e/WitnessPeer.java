package io.pulsewarden.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A witness as docs/audit.md starts one, in a process and a folder of its own. */
final class WitnessPeer implements AutoCloseable {

  private static final Path PROGRAM =
      Platform.ROOT.resolve("log-verifier/target/log-verifier-0.1.0-SNAPSHOT.jar");

  private final String label;
  private final Command command;
  private final int port;
  private Command.Running running;

  private WitnessPeer(Path folder, String label, String logKey, int port) {
    this.label = label;
    this.port = port;
    this.command =
        Command.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-jar",
            PROGRAM.toString(),
            "witness",
            folder.resolve(label).toString(),
            "--key",
            logKey,
            "--name",
            name(),
            "--listen",
            "localhost:" + port);
    this.running = command.start();
  }

  static WitnessPeer start(Path folder, String label, String logKey) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    return new WitnessPeer(folder, label, logKey, port);
  }

  String name() {
    return "w.example/" + label;
  }

  /** Of audit-service. */
  Map<String, String> settings() {
    String prefix = "pulsewarden.log.witnesses.known." + label + ".";
    return Map.of(prefix + "url", "http://localhost:" + port, prefix + "key", key());
  }

  private String key() {
    await()
        .atMost(Duration.ofMinutes(5))
        .untilAsserted(() -> assertThat(running.output()).contains("serving  "));
    return running.output().lines().findFirst().orElseThrow().substring("witness  ".length());
  }

  /** SIGKILL. */
  void kill() {
    running.close();
    running.process().onExit().join();
  }

  /** With the same key and memory. */
  void startAgain() {
    running = command.start();
  }

  @Override
  public void close() {
    kill();
  }
}
