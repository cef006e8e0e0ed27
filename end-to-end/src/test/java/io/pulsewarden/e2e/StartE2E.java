package io.pulsewarden.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pulsewarden.e2e.Command.Running;
import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.client.PlatformHttp;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.Port;
import io.pulsewarden.platform.data.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * The whole platform on a Vault, from its first {@code up}, which dies by SIGKILL in the middle and
 * leaves a half-written data folder: the next one takes it over and remembers the Vault, shows
 * vitals as they come in, also while Vault is sealed, and ends at Ctrl-C with nothing running. The
 * Vault is the stand-in, which does the cryptography of Transit itself.
 */
@Order(0)
final class StartE2E {

  private static final Duration PATIENCE = Duration.ofMinutes(8);
  private static final Pattern LOOK = Pattern.compile("(?m)^ {2}\\S+ \\S+: .* at \\d{4}-");

  private final Path data;
  private final VaultOfTheHouse vault;

  StartE2E() throws IOException, GeneralSecurityException {
    Path folder = Files.createTempDirectory("pulsewarden-start");
    data = folder.resolve("data");
    vault = VaultOfTheHouse.start(folder);
  }

  @AfterEach
  void leaveNothingRunning() {
    script("down", data).run();
    vault.close();
  }

  @Test
  void shouldRunOnAVaultGoOnFromAHalfWrittenFolderAndStopAtCtrlC() throws Exception {
    vault.server().seal(true);
    CommandResult refused = up(data).with(vault.options()).run();
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.output().strip().lines())
        .last()
        .isEqualTo("pulsewarden: --vault " + vault.server().url() + ": Vault is sealed: unseal it");
    vault.server().seal(false);

    try (Running first = up(data).with(vault.options()).start()) {
      // At that moment the four services are being started.
      await().atMost(PATIENCE).until(() -> first.output().contains("Kafka is ready"));
      first.process().destroyForcibly();
      first.process().onExit().join();
      assertThat(first.output()).doesNotContain("all parts are ready");
    }

    Running second = up(data).start();
    awaitLooks(second, 4);
    assertThat(second.output()).contains("all parts are ready", "Ctrl-C stops it.");
    assertThatVaultWrappedAllKeys();
    nameAVaultThatIsAwayAndGoOnReading(second);

    Command.of("kill", "-INT", Long.toString(second.process().pid())).run().orFail();
    assertThat(second.result().output())
        .contains("postgres stopped", "telemetry-service stopped")
        .doesNotContain("ended; its log", "had to be killed");
    assertThat(script("status", data).run().output()).contains("down").doesNotContain("pid ");
    try (var processes = Files.list(data.resolve("run"))) {
      assertThat(processes.filter(file -> file.toString().endsWith(".process"))).isEmpty();
    }
  }

  /** By the first version of its keys; there is no keyring. */
  private void assertThatVaultWrappedAllKeys() throws IOException, SQLException {
    assertThat(data.resolve("key-management-service").resolve("keyring.p12")).doesNotExist();
    assertThat(vault.server().requests("encrypt")).isPositive();
    List<String> wrapped = new ArrayList<>();
    try (Connection database = KeyDatabase.open(new DataFolder(data));
        PreparedStatement rows =
            database.prepareStatement("SELECT wrapped, kek_version FROM subject_key");
        ResultSet row = rows.executeQuery()) {
      while (row.next()) {
        assertThat(row.getInt("kek_version")).isEqualTo(1);
        wrapped.add(new String(row.getBytes("wrapped"), StandardCharsets.US_ASCII));
      }
    }
    assertThat(wrapped).isNotEmpty().allMatch(each -> each.startsWith("vault:v1:"));
  }

  /** Keys in hand go on. */
  private void nameAVaultThatIsAwayAndGoOnReading(Running platform)
      throws IOException, InterruptedException {
    DataFolder folder = new DataFolder(data);
    String ready =
        "https://localhost:" + Ports.of(folder).of(Port.KEYS_MANAGEMENT) + "/q/health/ready";
    try (PlatformHttp http =
        PlatformHttp.trusting(
            List.of(LocalCa.openOrCreate(folder.ca("services"), "services").certificate()))) {
      await().atMost(PATIENCE).until(() -> kekProvider(http, ready).equals("UP"));
      vault.server().seal(true);
      await().atMost(PATIENCE).until(() -> kekProvider(http, ready).equals("DOWN sealed"));
      String traffic = ready.replace("/ready", "/group/traffic");
      assertThat(http.send(PlatformHttp.request(traffic).build()).status()).isEqualTo(200);
      awaitLooks(platform, looks(platform.output()) + 4);
      vault.server().seal(false);
      await().atMost(PATIENCE).until(() -> kekProvider(http, ready).equals("UP"));
      vault.server().close();
      await().atMost(PATIENCE).until(() -> kekProvider(http, ready).equals("DOWN unreachable"));
    }
  }

  /** What health says of it. */
  private static String kekProvider(PlatformHttp http, String ready) {
    try {
      JsonNode health =
          new ObjectMapper().readTree(http.send(PlatformHttp.request(ready).build()).body());
      for (JsonNode check : health.path("checks")) {
        if (check.path("name").asText().equals("kek-provider")) {
          return (check.path("status").asText() + " " + check.at("/data/reason").asText()).strip();
        }
      }
      return "not looked at";
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  private static void awaitLooks(Running platform, long wanted) {
    await()
        .atMost(PATIENCE)
        .until(() -> !platform.process().isAlive() || looks(platform.output()) >= wanted);
    assertThat(looks(platform.output())).as(platform.output()).isGreaterThanOrEqualTo(wanted);
  }

  private static long looks(String output) {
    return LOOK.matcher(output).results().count();
  }

  private static Command up(Path data) {
    return script("up", data).with("--free-ports");
  }

  private static Command script(String command, Path data) {
    // Who was started in the background ignores SIGINT, and would hand that down.
    return Command.of(
            "env", "--default-signal=INT", Platform.ROOT.resolve("pulsewarden").toString())
        .with(command, "--data", data.toString())
        .environment("PULSEWARDEN_BUILD", "never");
  }
}
