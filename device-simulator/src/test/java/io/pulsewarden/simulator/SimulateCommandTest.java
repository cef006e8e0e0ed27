package io.pulsewarden.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.simulator.TestHttpsServer.Answer;
import io.pulsewarden.simulator.TestHttpsServer.Asked;
import io.pulsewarden.simulator.mqtt.ScriptedMqttServer;
import io.pulsewarden.simulator.mqtt.ScriptedMqttServer.Publish;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Whole runs, from options to exit code, against servers that speak the public protocols. */
@Timeout(60)
class SimulateCommandTest {

  private static final String RECORD =
      """
      minute,HR,ABPSys,ABPDias,ABPMean,PULSE,RESP,SpO2,NBPSys,NBPDias,NBPMean
      0,0,0,0,0,0,23,0,,,
      1,62.8,0,0,0,0,12.7,0,,,
      2,57.8,0,0,0,0,10.2,0,121,60,80
      """;

  private final TestAuthority servers = TestAuthority.root();
  private final TestAuthority devices = TestAuthority.root();
  private final StringWriter out = new StringWriter();
  private final AtomicBoolean claimUsed = new AtomicBoolean();
  private final AtomicReference<String> base = new AtomicReference<>("");
  private final Queue<Thread> untilPublished = new ConcurrentLinkedQueue<>();
  private final ScriptedMqttServer mqtt;
  private final TestHttpsServer https;

  @TempDir private Path folder;

  SimulateCommandTest() throws IOException, GeneralSecurityException {
    mqtt = new ScriptedMqttServer(servers, 16, this::take, devices);
    https = new TestHttpsServer(servers, this::answer);
    base.set(https.uri().toString());
  }

  @BeforeEach
  void describePlatform() throws Exception {
    Files.writeString(folder.resolve("users"), "admin.password=secret\n");
    Files.writeString(folder.resolve("record.csv"), RECORD);
    Files.writeString(
        folder.resolve("platform.env"),
        """
        PW_REGISTRY_URL=%1$s
        PW_EST_URL=%1$s/.well-known/est
        PW_FHIR_URL=%1$s/fhir
        PW_OIDC_ISSUER=%1$s/realm
        PW_MQTT_HOST=localhost
        PW_MQTT_PORT=%2$d
        PW_CA_FILE=%3$s
        PW_DEMO_USERS_FILE=%4$s
        """
            .formatted(
                https.uri(),
                mqtt.port(),
                servers.writePem(folder.resolve("ca.pem")),
                folder.resolve("users")));
  }

  @AfterEach
  void stop() throws IOException {
    mqtt.close();
    https.close();
  }

  @Test
  void shouldMakeTheDevicesOfARecordAndSendItOnce() throws Exception {
    int code =
        simulate("--record", file("record.csv"), "--speed", "max", "--ledger", file("ledger"));

    assertThat(code).as(out.toString()).isZero();
    assertThat(mqtt.published()).hasSize(4);
    assertThat(Files.readAllLines(folder.resolve("ledger")))
        .hasSize(5)
        .allMatch(
            line ->
                line.startsWith("device,") || line.endsWith(",0x00,7") || line.endsWith(",0x00,3"));
    assertThat(asked("/fhir/Patient")).hasSize(1);
    assertThat(asked("/v1/devices")).hasSize(2);
    assertThat(asked("/.well-known/est/simpleenroll")).hasSize(2);
    assertThat(out.toString()).contains("summary: devices=2").contains("unanswered=0");
  }

  @Test
  void shouldGoOnWithTheSameDevicesAfterARestart() {
    simulate("--record", file("record.csv"), "--speed", "max");
    int enrolled = https.asked().size();

    int code = simulate("--record", file("record.csv"), "--speed", "max");

    assertThat(code).isZero();
    assertThat(https.asked()).hasSize(enrolled);
    assertThat(mqtt.clientIds()).hasSize(4);
    assertThat(mqtt.clientIds().stream().distinct()).hasSize(2);
  }

  @Test
  void shouldAskForAnotherClaimIfACrashUsedTheFirst() {
    claimUsed.set(true);

    int code = simulateUntilPublished("--devices", "1", "--rate", "20");

    assertThat(code).as(out.toString()).isZero();
    assertThat(https.asked().stream().filter(each -> each.path().endsWith("/claims"))).hasSize(2);
    assertThat(mqtt.published()).isNotEmpty();
  }

  @Test
  void shouldRunListedDevicesWithoutLoggingIn() throws Exception {
    Files.writeString(
        folder.resolve("devices.jsonl"),
        "{\"deviceId\":\"%s\",\"claim\":\"good\",\"profile\":\"oximeter\",\"patient\":\"A\"}\n"
            .formatted(UUID.randomUUID()));

    int code = simulateUntilPublished("--demo", file("devices.jsonl"));

    assertThat(code).as(out.toString()).isZero();
    assertThat(mqtt.published()).isNotEmpty();
    assertThat(asked("/realm/token")).isEmpty();
  }

  @Test
  void shouldSayInOneLineWhatIsMissing() {
    StringWriter err = new StringWriter();
    CommandLine commandLine = Main.commandLine();
    commandLine.setErr(new PrintWriter(err, true));

    int code = commandLine.execute("simulate", "--env", file("nowhere.env"));

    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).contains("is the platform up?").hasLineCount(1);
  }

  /** Ends it as Ctrl-C does, once a message has come, however long that takes. */
  private int simulateUntilPublished(String... options) {
    untilPublished.add(Thread.currentThread());
    return simulate(options);
  }

  private void take(Publish publish) throws IOException {
    publish.acknowledge(0);
    Thread simulating = untilPublished.poll();
    if (simulating != null) {
      simulating.interrupt();
    }
  }

  private int simulate(String... options) {
    List<String> line =
        new ArrayList<>(
            List.of("simulate", "--env", file("platform.env"), "--state", file("state")));
    line.addAll(List.of(options));
    PrintWriter writer = new PrintWriter(out, true);
    return Main.commandLine().setOut(writer).setErr(writer).execute(line.toArray(String[]::new));
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private List<Asked> asked(String path) {
    return https.asked().stream().filter(each -> each.path().equals(path)).toList();
  }

  private Answer answer(Asked asked) {
    return switch (asked.path()) {
      case "/realm/.well-known/openid-configuration" ->
          Answer.json(200, "{\"token_endpoint\":\"%s/realm/token\"}".formatted(base.get()));
      case "/realm/token" -> Answer.json(200, "{\"access_token\":\"t\",\"expires_in\":300}");
      case "/v1/devices", "/fhir/Patient" ->
          Answer.json(201, "{\"id\":\"%s\"}".formatted(UUID.randomUUID()));
      case "/.well-known/est/cacerts" -> TestEst.certificates(devices.certificate());
      case "/.well-known/est/simpleenroll" -> enrol(asked);
      default ->
          asked.path().endsWith("/claims")
              ? Answer.json(201, "{\"claim\":\"good\"}")
              : Answer.json(201, "{}");
    };
  }

  private Answer enrol(Asked asked) {
    return claimUsed.compareAndSet(true, false)
        ? Answer.json(401, "{\"code\":\"claim-used\"}")
        : TestEst.certificates(devices.issue("device", TestEst.requestedKey(asked.body())));
  }
}
