package io.pulsewarden.audit.log;

import io.pulsewarden.logverifier.Main;
import io.pulsewarden.platform.certificates.LocalCa;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The witness that anybody runs: a process of its own, by its command line, over HTTPS. */
final class WitnessProcess implements AutoCloseable {

  private final Process process;
  private final String key;
  private final URI url;

  private WitnessProcess(Process process, String key, URI url) {
    this.process = process;
    this.key = key;
    this.url = url;
  }

  /**
   * Starts one; its key and what it cosigned are in the folder, so that it can be started again.
   */
  static WitnessProcess start(Path folder, LocalCa ca, String logKey) throws Exception {
    ca.issueEdge("witness").writePem(folder, "witness-tls");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                    .toString(),
                Main.class.getName(),
                "witness",
                folder.resolve("witness-process").toString(),
                "--key",
                logKey,
                "--name",
                "w.example/process",
                "--listen",
                "localhost:0",
                "--tls-cert",
                folder.resolve("witness-tls.crt").toString(),
                "--tls-key",
                folder.resolve("witness-tls.key").toString())
            .redirectError(folder.resolve("witness-process.log").toFile())
            .start();
    BufferedReader printed = process.inputReader();
    String key = after(printed.readLine(), "witness  ", folder);
    String url = after(printed.readLine(), "serving  ", folder);
    return new WitnessProcess(
        process, key, URI.create(url.substring(0, url.lastIndexOf("/add-checkpoint"))));
  }

  private static String after(@Nullable String line, String start, Path folder) throws IOException {
    if (line == null || !line.startsWith(start)) {
      throw new AssertionError(
          line + " " + Files.readAllLines(folder.resolve("witness-process.log")));
    }
    return line.substring(start.length());
  }

  String key() {
    return key;
  }

  URI url() {
    return url;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
