package io.pulsewarden.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.platform.process.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One more telemetry-service beside the platform's own, as a cluster would run it: the same
 * configuration, certificates and database, and ports of its own. It is started as the first one
 * was.
 */
final class SecondTelemetry implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(8);

  private final Platform platform;
  private final People people;
  private final int https = FreePorts.find();
  private final int management = FreePorts.find();
  private final int mqtt = FreePorts.find();
  private final Command command;
  private Command.Running running;

  private SecondTelemetry(Platform platform, People people) {
    this.platform = platform;
    this.people = people;
    this.command =
        likeTheFirst(platform)
            .in(platform.data().resolve("telemetry-service"))
            .environment("QUARKUS_HTTP_SSL_PORT", Integer.toString(https))
            .environment("QUARKUS_MANAGEMENT_PORT", Integer.toString(management))
            .environment("PULSEWARDEN_MQTT_PORT", Integer.toString(mqtt));
    this.running = command.start();
    awaitReady();
  }

  static SecondTelemetry start(Platform platform, People people) {
    return new SecondTelemetry(platform, people);
  }

  private static Command likeTheFirst(Platform platform) {
    ProcessHandle.Info first =
        ProcessHandle.of(platform.pid("telemetry-service")).orElseThrow().info();
    return Command.of(first.command().orElseThrow()).with(first.arguments().orElseThrow());
  }

  /** A file like {@code platform.env} with this instance's addresses. */
  Path addresses() throws IOException {
    List<String> lines =
        Files.readAllLines(platform.data().resolve("platform.env")).stream()
            .map(line -> line.startsWith("PW_MQTT_PORT=") ? "PW_MQTT_PORT=" + mqtt : line)
            .map(line -> line.startsWith("PW_FHIR_URL=") ? "PW_FHIR_URL=" + fhir() : line)
            .collect(Collectors.toList());
    return Files.write(Files.createTempDirectory("second").resolve("platform.env"), lines);
  }

  String fhir() {
    return "https://localhost:" + https + "/fhir";
  }

  /** SIGKILL, and a new start on the same ports. */
  void killAndStart() {
    running.process().destroyForcibly().onExit().join();
    running = command.start();
    awaitReady();
  }

  private void awaitReady() {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .failFast(
            "the second telemetry-service ended",
            () -> assertThat(running.process().isAlive()).as(running.output()).isTrue())
        .until(
            () ->
                people
                        .anonymous()
                        .get("https://localhost:" + management + "/q/health/ready")
                        .statusCode()
                    == 200);
  }

  @Override
  public void close() {
    running.close();
    running.process().onExit().join();
  }
}
