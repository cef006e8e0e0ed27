package io.pulsewarden.telemetry.session;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.TestTokens;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.session.MqttBed.Wearable;
import io.pulsewarden.telemetry.session.RawMqtt.Packet;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a connection is held to, and what it goes on through. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class SessionRulesIT {

  private static MqttBed bed;

  @Inject MqttServerLifecycle server;
  @Inject DeviceDirectory directory;
  @Inject FeedFreshness freshness;
  @Inject Sealing sealing;

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
  void shouldCloseAConnectionThatFallsSilent() throws IOException {
    try (RawMqtt mqtt = raw()) {
      assertThat(mqtt.connect(device.id().toString(), 1).reason(1)).isZero();
      assertThat(mqtt.read()).isEmpty();
    }
    await().untilAsserted(() -> delivery().body("session.endReason", equalTo("connection-lost")));
  }

  @Test
  void shouldTakeATopicByItsNumber() throws IOException {
    try (RawMqtt mqtt = bed.connected(device, server.port(), 5)) {
      mqtt.publishByAlias(1, 5, Topics.vitals(device.id()), heart(61));
      assertThat(mqtt.read().orElseThrow().reason(2)).isZero();
      mqtt.publishByAlias(2, 5, "", heart(62));
      assertThat(mqtt.read().orElseThrow().reason(2)).isZero();
      mqtt.publishByAlias(3, 17, Topics.vitals(device.id()), heart(63));
      assertThat(mqtt.read().orElseThrow().reason(0)).isEqualTo(0x94);
    }
    assertThat(bed.vitals(device, sealing)).hasSize(2);
  }

  @Test
  void shouldSayMessageRateTooHighAndLetTheDeviceComeBack() throws IOException {
    try (RawMqtt mqtt = bed.connected(device, server.port(), 5)) {
      Packet answer = null;
      for (int id = 1; answer == null || answer.type() == RawMqtt.PUBACK; id++) {
        mqtt.publish(1, id, Topics.vitals(device.id()), heart(60));
        answer = mqtt.read().orElseThrow();
      }
      assertThat(answer.type()).isEqualTo(RawMqtt.DISCONNECT);
      assertThat(answer.reason(0)).isEqualTo(0x96);
    }
    // What it sent is remembered, and forgiven by the second.
    await()
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              try (RawMqtt again = bed.connected(device, server.port(), 5)) {
                again.publish(1, 1, Topics.vitals(device.id()), heart(60));
                assertThat(again.read().orElseThrow().type()).isEqualTo(RawMqtt.PUBACK);
              }
            });
  }

  @Test
  void shouldShowARenewedCertificateByItselfAndKeepSessions() throws IOException {
    try (RawMqtt standing = bed.connected(device, server.port(), 5)) {
      IssuedCertificate renewed = bed.servers.edgeCa().issueEdge("telemetry-service");
      assertThat(standing.serverCertificate()).isNotEqualTo(renewed.leaf());
      renewed.writePem(tlsFolder, "edge");

      Wearable next = bed.known(server, freshness, directory);
      // Between its two files' replacement one may be read with the other's predecessor.
      await()
          .ignoreExceptionsInstanceOf(IOException.class)
          .untilAsserted(
              () -> {
                try (RawMqtt mqtt = bed.connected(next, server.port(), 5)) {
                  assertThat(mqtt.serverCertificate()).isEqualTo(renewed.leaf());
                }
              });
      assertThat(standing.pinged()).isTrue();
    }
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

  private RawMqtt raw() throws IOException {
    return bed.raw(device, server.port(), 5);
  }

  private static byte[] heart(int value) {
    return "[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":%d,\"t\":%d}]"
        .formatted(value, System.currentTimeMillis() / 1_000)
        .getBytes(UTF_8);
  }
}
