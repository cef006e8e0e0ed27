package io.pulsewarden.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.e2e.Command.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * The first {@code up} dies by SIGKILL in the middle and leaves a half-written data folder; the
 * next one takes it over, shows vitals as they come in, and ends at Ctrl-C with nothing running.
 */
@Order(0)
final class StartE2E {

  private static final Duration PATIENCE = Duration.ofMinutes(8);
  private static final Pattern LOOK = Pattern.compile("(?m)^ {2}\\S+ \\S+: .* at \\d{4}-");

  private final Path data;

  StartE2E() throws IOException {
    data = Files.createTempDirectory("pulsewarden-start").resolve("data");
  }

  @AfterEach
  void leaveNothingRunning() {
    script("down", data).run();
  }

  @Test
  void shouldGoOnFromAHalfWrittenFolderAndStopAtCtrlC() throws IOException {
    try (Running first = up(data)) {
      // At that moment the four services are being started.
      await().atMost(PATIENCE).until(() -> first.output().contains("Kafka is ready"));
      first.process().destroyForcibly();
      first.process().onExit().join();
      assertThat(first.output()).doesNotContain("all parts are ready");
    }

    Running second = up(data);
    await()
        .atMost(PATIENCE)
        .until(() -> !second.process().isAlive() || looks(second.output()) >= 4);
    assertThat(second.output()).contains("all parts are ready", "Ctrl-C stops it.");

    Command.of("kill", "-INT", Long.toString(second.process().pid())).run().orFail();
    assertThat(second.result().output())
        .contains("postgres stopped", "telemetry-service stopped")
        .doesNotContain("ended; its log", "had to be killed");
    assertThat(script("status", data).run().output()).contains("down").doesNotContain("pid ");
    try (var processes = Files.list(data.resolve("run"))) {
      assertThat(processes.filter(file -> file.toString().endsWith(".process"))).isEmpty();
    }
  }

  private static long looks(String output) {
    return LOOK.matcher(output).results().count();
  }

  private static Running up(Path data) {
    return script("up", data).with("--free-ports").start();
  }

  private static Command script(String command, Path data) {
    // Who was started in the background ignores SIGINT, and would hand that down.
    return Command.of(
            "env", "--default-signal=INT", Platform.ROOT.resolve("pulsewarden").toString())
        .with(command, "--data", data.toString())
        .environment("PULSEWARDEN_BUILD", "never");
  }
}
