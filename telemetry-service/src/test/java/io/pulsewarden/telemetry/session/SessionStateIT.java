package io.pulsewarden.telemetry.session;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.pulsewarden.contracts.telemetry.v1.DeviceActivity;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.TestTokens;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.session.MqttBed.Wearable;
import io.pulsewarden.telemetry.session.RawMqtt.Packet;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What outlives a connection, and what devices have of it, with real clients. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class SessionStateIT {

  private static final String ACTIVITY = "telemetry.device-activity.v1";

  private static MqttBed bed;

  @Inject MqttServerLifecycle server;
  @Inject DeviceDirectory directory;
  @Inject FeedFreshness freshness;

  @ConfigProperty(name = "pulsewarden.tls.dir")
  Path tlsFolder;

  private Wearable device;

  @BeforeAll
  static void startRegistry() {
    bed = new MqttBed();
  }

  @AfterAll
  static void stopRegistry() {
    bed.close();
  }

  @BeforeEach
  void newDevice() {
    device = bed.known(server, freshness, directory);
  }

  @Test
  void shouldBringADeviceEachConfigurationAndShowWhatItAcknowledged() throws Exception {
    configure(7, 5);
    await().until(() -> directory.find(device.id()).orElseThrow().settings().isPresent());
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    MqttAsyncClient paho = bed.paho(device, server.port());
    paho.setCallback(
        new ReceiptListener(message -> received.add(new String(message.getPayload(), UTF_8))));
    paho.subscribe(Topics.config(device.id()), 1).waitForCompletion(60_000);

    assertThat(received.poll(60, TimeUnit.SECONDS))
        .isEqualTo("{\"version\":7,\"samplingIntervalSeconds\":5}");
    configure(8, 1);
    assertThat(received.poll(60, TimeUnit.SECONDS))
        .isEqualTo("{\"version\":8,\"samplingIntervalSeconds\":1}");

    await()
        .untilAsserted(
            () ->
                delivery()
                    .body("configuration.version", equalTo(8))
                    .body("configuration.acknowledgedVersion", equalTo(8))
                    .body("configuration.acknowledgedAt", notNullValue())
                    .body("session.connectedAt", notNullValue())
                    .body("session.disconnectedAt", equalTo(null)));
    paho.disconnect().waitForCompletion(60_000);
    paho.close();
    await().untilAsserted(() -> delivery().body("session.endReason", equalTo("device-left")));
    await()
        .untilAsserted(
            () ->
                assertThat(activity().getLast())
                    .satisfies(
                        last -> {
                          assertThat(last.getConfigurationVersion()).isEqualTo(8);
                          assertThat(last.hasConnectedAtMs()).isTrue();
                          assertThat(last.getDisconnectedAtMs())
                              .isGreaterThanOrEqualTo(last.getConnectedAtMs());
                          assertThat(last.getOrganisationId())
                              .isEqualTo(MqttBed.ORGANISATION.toString());
                        }));
  }

  @Test
  void shouldGoOnWithASessionWhoseConnectionWasLost() throws IOException {
    configure(3, 9);
    await().until(() -> directory.find(device.id()).orElseThrow().settings().isPresent());
    try (RawMqtt mqtt = raw()) {
      assertThat(present(mqtt.resume(device.id().toString()))).isFalse();
      mqtt.subscribe(1, 1, Topics.config(device.id()));
      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.SUBACK);
      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PUBLISH);
    }
    await().untilAsserted(() -> delivery().body("session.endReason", equalTo("connection-lost")));

    try (RawMqtt mqtt = raw()) {
      assertThat(present(mqtt.resume(device.id().toString()))).isTrue();
      Packet again = mqtt.read().orElseThrow();
      assertThat(again.type()).isEqualTo(RawMqtt.PUBLISH);
      assertThat(new String(again.body(), UTF_8)).contains("\"version\":3");
      mqtt.acknowledge(again.body());
      await().untilAsserted(() -> delivery().body("configuration.acknowledgedVersion", equalTo(3)));
      mqtt.disconnect();
      assertThat(mqtt.read()).isEmpty();
    }
    try (RawMqtt mqtt = raw()) {
      assertThat(present(mqtt.connect(device.id().toString(), 60))).isFalse();
    }
    await().untilAsserted(() -> delivery().body("session.endReason", equalTo("connection-lost")));
    try (RawMqtt mqtt = raw()) {
      // The clean start before asked for no session to be kept.
      assertThat(present(mqtt.resume(device.id().toString()))).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void shouldTakeWhatIsSentRightBehindAConnectThatIsLookedUp(int version) throws IOException {
    try (RawMqtt mqtt = bed.raw(device, server.port(), version)) {
      // In one write; section 3.1.4 of either version lets a client do so.
      mqtt.write(
          MqttBytes.of(
              mqtt.resumePacket(device.id().toString(), 60),
              mqtt.publishPacket(1, 1, Topics.vitals(device.id()), heart(61)),
              mqtt.publishPacket(1, 2, Topics.vitals(device.id()), heart(62))));

      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.CONNACK);
      assertThat(mqtt.puback()).isEqualTo(1);
      assertThat(mqtt.puback()).isEqualTo(2);
      assertThat(mqtt.pinged()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqttv5", "mqttv311"})
  void shouldServeMosquittosClients(String version, @TempDir Path folder) throws Exception {
    configure(4, 2);
    await().until(() -> directory.find(device.id()).orElseThrow().settings().isPresent());

    assertThat(
            mosquitto(
                folder,
                version,
                "mosquitto_sub",
                Topics.config(device.id()),
                "-q",
                "1",
                "-C",
                "1",
                "-W",
                "30"))
        .contains("\"version\":4");
    await().untilAsserted(() -> delivery().body("configuration.acknowledgedVersion", equalTo(4)));
    mosquitto(
        folder,
        version,
        "mosquitto_pub",
        Topics.vitals(device.id()),
        "-q",
        "1",
        "-m",
        new String(heart(64), UTF_8));
    // Configuring it anew took its wearer away: what it sent is held for it.
    await()
        .untilAsserted(
            () ->
                assertThat(KafkaView.values(bed.servers, "telemetry.vitals.v1", device.id()))
                    .hasSize(1));
  }

  private String mosquitto(
      Path folder, String version, String program, String topic, String... more) throws Exception {
    device.certificate().writePem(folder, "device");
    List<String> command =
        new ArrayList<>(
            List.of(
                program,
                "-V",
                version,
                "-h",
                "localhost",
                "-p",
                Integer.toString(server.port()),
                "--cafile",
                tlsFolder.resolve("edge-ca.crt").toString(),
                "--cert",
                folder.resolve("device.crt").toString(),
                "--key",
                folder.resolve("device.key").toString(),
                "-i",
                device.id().toString(),
                "-t",
                topic));
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private void configure(long version, int samplingSeconds) {
    bed.registry.configure(
        device.id(), MqttBed.ORGANISATION, device.certificate().leaf(), version, samplingSeconds);
  }

  private ValidatableResponse delivery() {
    return given()
        .relaxedHTTPSValidation()
        .auth()
        .oauth2(TestTokens.of(UUID.randomUUID(), MqttBed.ORGANISATION, "device-admin"))
        .get("/v1/devices/{id}/delivery", device.id())
        .then()
        .statusCode(200);
  }

  private List<DeviceActivity> activity() throws IOException {
    List<DeviceActivity> all = new ArrayList<>();
    for (byte[] value : KafkaView.values(bed.servers, ACTIVITY, device.id())) {
      all.add(DeviceActivity.parseFrom(value));
    }
    return all;
  }

  private RawMqtt raw() throws IOException {
    return bed.raw(device, server.port(), 5);
  }

  private static boolean present(Packet connack) {
    assertThat(connack.reason(1)).isZero();
    return connack.reason(0) == 1;
  }

  private static byte[] heart(int value) {
    return "[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":%d,\"t\":%d}]"
        .formatted(value, System.currentTimeMillis() / 1_000)
        .getBytes(UTF_8);
  }
}
