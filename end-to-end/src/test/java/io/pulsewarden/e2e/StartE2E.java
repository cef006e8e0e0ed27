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
import io.pulsewarden.vault.standin.VaultStandIn;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * The whole platform on a Vault, from its first {@code up}, which dies by SIGKILL in the middle and
 * leaves a half-written data folder: the next one takes it over and remembers the Vault, shows
 * vitals as they come in, also while Vault is sealed, and ends at Ctrl-C with nothing running; the
 * one after that has all data. The Vault is the stand-in, which does the cryptography of Transit
 * itself.
 */
@Order(0)
final class StartE2E {

  private static final Duration PATIENCE = Duration.ofMinutes(8);
  private static final Pattern READY = Pattern.compile("(\\S+) s {2}all parts are ready");
  private static final Pattern DEVICE = Pattern.compile("vitals (\\S+) --as nurse");
  private static final Pattern OBSERVATION = Pattern.compile("https://\\S+/fhir/Observation/\\S+");
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
    nameASealedVaultAndGoOnReading(second);
    assertThat(up(data).run().output())
        .isEqualTo(
            "pulsewarden: a platform is being started, or runs in another terminal, on %s%n"
                .formatted(data));
    String observation = newestObservation(second);
    String before = read(observation);

    Command.of("kill", "-INT", Long.toString(second.process().pid())).run().orFail();
    assertThat(second.result().output())
        .contains("postgres stopped", "telemetry-service stopped")
        .doesNotContain("ended; its log", "had to be killed");
    assertThat(script("status", data).run().output()).contains("down").doesNotContain("pid ");
    try (var processes = Files.list(data.resolve("run"))) {
      assertThat(processes.filter(file -> file.toString().endsWith(".process"))).isEmpty();
    }

    CommandResult third = up(data).with("--detach", "--no-demo").run().orFail();
    Matcher ready = READY.matcher(third.output());
    assertThat(ready.find()).as(third.output()).isTrue();
    System.out.printf(
        "up again on the same data: all parts are ready after %s s%n", ready.group(1));
    assertThat(read(observation)).isEqualTo(before);
    nameAVaultThatIsAway();
    assertThatNoSecretOfVaultIsInALog(second.output() + third.output());
  }

  /** Its address, as {@code vitals} shows it to a nurse. */
  private String newestObservation(Running platform) {
    Matcher device = DEVICE.matcher(platform.output());
    assertThat(device.find()).as(platform.output()).isTrue();
    String vitals = script("vitals", data).with(device.group(1), "--as", "nurse").run().output();
    Matcher observation = OBSERVATION.matcher(vitals);
    assertThat(observation.find()).as(vitals).isTrue();
    return observation.group();
  }

  private String read(String observation) {
    return new People(Platform.of(data))
        .as("nurse")
        .get(observation)
        .then()
        .statusCode(200)
        .extract()
        .asString();
  }

  private void assertThatNoSecretOfVaultIsInALog(String shown) throws IOException {
    List<String> secrets = new ArrayList<>(VaultStandIn.canaries());
    for (String file : List.of("role-id", "secret-id")) {
      secrets.add(Files.readString(vault.folder().resolve(file)).strip());
    }
    ClearTextSearch logs = new ClearTextSearch(data.resolve("logs"));
    // It must be able to find.
    assertThat(logs.find(List.of("key-management-service"))).isNotEmpty();
    assertThat(logs.find(secrets)).isEmpty();
    assertThat(shown).doesNotContain(secrets);
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
  private void nameASealedVaultAndGoOnReading(Running platform)
      throws IOException, InterruptedException {
    String ready = keyManagement();
    try (PlatformHttp http = trustingServices()) {
      await().atMost(PATIENCE).until(() -> kekProvider(http, ready).equals("UP"));
      vault.server().seal(true);
      await().atMost(PATIENCE).until(() -> kekProvider(http, ready).equals("DOWN sealed"));
      String traffic = ready.replace("/ready", "/group/traffic");
      assertThat(http.send(PlatformHttp.request(traffic).build()).status()).isEqualTo(200);
      awaitLooks(platform, looks(platform.output()) + 4);
      vault.server().seal(false);
      await().atMost(PATIENCE).until(() -> kekProvider(http, ready).equals("UP"));
    }
  }

  private void nameAVaultThatIsAway() throws IOException {
    String ready = keyManagement();
    try (PlatformHttp http = trustingServices()) {
      vault.server().close();
      await().atMost(PATIENCE).until(() -> kekProvider(http, ready).equals("DOWN unreachable"));
    }
  }

  private String keyManagement() throws IOException {
    int port = Ports.of(new DataFolder(data)).of(Port.KEYS_MANAGEMENT);
    return "https://localhost:" + port + "/q/health/ready";
  }

  private PlatformHttp trustingServices() throws IOException {
    Path services = new DataFolder(data).ca("services");
    return PlatformHttp.trusting(List.of(LocalCa.openOrCreate(services, "services").certificate()));
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
