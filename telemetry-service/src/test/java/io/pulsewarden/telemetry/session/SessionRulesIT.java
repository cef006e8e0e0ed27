package io.pulsewarden.telemetry.session;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.micrometer.core.instrument.MeterRegistry;
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
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a connection is held to, and what it goes on through. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class SessionRulesIT {

  /** In one TLS record: the server has read all of it when it closes. */
  private static final int AT_ONCE = 120;

  private static MqttBed bed;

  @Inject MqttServerLifecycle server;
  @Inject DeviceDirectory directory;
  @Inject FeedFreshness freshness;
  @Inject Sealing sealing;
  @Inject MeterRegistry metrics;

  @Inject TlsConfigurationRegistry tls;
  @Inject Event<CertificateUpdatedEvent> renewals;

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
      Packet answer;
      do {
        answer = answerOfMany(mqtt);
      } while (answer.type() == RawMqtt.PUBACK);
      assertThat(answer.type()).isEqualTo(RawMqtt.DISCONNECT);
      assertThat(answer.reason(0)).isEqualTo(0x96);
      assertThat(answer.reasonString(0)).isEqualTo("message-rate-too-high");
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
  void shouldSayMessageRateTooHighWhereItsMessagesAreTooManyBytes() throws IOException {
    String padding = " ".repeat(240_000);
    try (RawMqtt mqtt = bed.connected(device, server.port(), 5)) {
      Packet answer = publishUntilRefused(mqtt, id -> (text(60 + id) + padding).getBytes(UTF_8));

      assertThat(answer.type()).isEqualTo(RawMqtt.DISCONNECT);
      assertThat(answer.reason(0)).isEqualTo(0x96);
    }
  }

  @Test
  void shouldTakeNothingMoreIntoAFullQuarantineUntilAPersonDecides() throws IOException {
    double full = full();
    // Of up to 20 refused records of one message each is kept alone.
    try (RawMqtt mqtt = bed.connected(device, server.port(), 5)) {
      for (int id = 1; id <= 15; id++) {
        mqtt.publish(1, id, Topics.vitals(device.id()), unknown(20));
        assertThat(mqtt.puback()).isEqualTo(id);
      }
    }
    await().until(() -> full() > full);

    try (RawMqtt mqtt = bed.connected(device, server.port(), 5)) {
      mqtt.publish(1, 1, Topics.vitals(device.id()), heart(60));
      assertThat(mqtt.puback()).as("what needs no quarantine").isEqualTo(1);
      mqtt.publish(1, 2, Topics.vitals(device.id()), unknown(1));
      Packet goodbye = mqtt.read().orElseThrow();
      assertThat(goodbye.reason(0)).isEqualTo(0x97);
      assertThat(goodbye.reasonString(0)).isEqualTo("quarantine-full");
    }

    discardOne();
    await().until(() -> full() <= full);
    try (RawMqtt mqtt = bed.connected(device, server.port(), 5)) {
      mqtt.publish(1, 2, Topics.vitals(device.id()), unknown(1));
      assertThat(mqtt.puback()).isEqualTo(2);
    }
  }

  /** Publishes one after the other; what is answered instead of a PUBACK. */
  private Packet publishUntilRefused(RawMqtt mqtt, IntFunction<byte[]> payload) throws IOException {
    for (int id = 1; id < 100; id++) {
      mqtt.publish(1, id, Topics.vitals(device.id()), payload.apply(id));
      Packet answer = mqtt.read().orElseThrow();
      if (answer.type() != RawMqtt.PUBACK) {
        return answer;
      }
    }
    throw new AssertionError("all was taken");
  }

  /** Devices that have as much in quarantine as may be there, by the service's last look. */
  private double full() {
    return metrics.get("pulsewarden.quarantine.full").gauge().value();
  }

  private void discardOne() {
    String id =
        asAdmin()
            .get("/v1/quarantine?limit=1&device={id}", device.id())
            .then()
            .statusCode(200)
            .extract()
            .path("items[0].id");
    asAdmin()
        .contentType(ContentType.JSON)
        .body("{\"reason\":\"known-fault\"}")
        .post("/v1/quarantine/{id}/discard", id)
        .then()
        .statusCode(200);
  }

  @Test
  void shouldShowARenewedCertificateAndKeepSessions() throws IOException {
    try (RawMqtt standing = bed.connected(device, server.port(), 5)) {
      IssuedCertificate renewed = bed.servers.edgeCa().issueEdge("telemetry-service");
      assertThat(standing.serverCertificate()).isNotEqualTo(renewed.leaf());
      renewed.writePem(tlsFolder, "edge");
      // As Quarkus does each 'reload-period'.
      TlsConfiguration edge = tls.get("edge").orElseThrow();
      assertThat(edge.reload()).isTrue();
      renewals.fire(new CertificateUpdatedEvent("edge", edge));

      Wearable next = bed.known(server, freshness, directory);
      try (RawMqtt mqtt = bed.connected(next, server.port(), 5)) {
        assertThat(mqtt.serverCertificate()).isEqualTo(renewed.leaf());
      }
      assertThat(standing.pinged()).isTrue();
    }
  }

  /** What is answered to many messages that wait for no answer, and one behind them that does. */
  private Packet answerOfMany(RawMqtt mqtt) throws IOException {
    String topic = Topics.vitals(device.id());
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    for (int i = 1; i < AT_ONCE; i++) {
      many.writeBytes(mqtt.publishPacket(0, 0, topic, heart(60)));
    }
    many.writeBytes(mqtt.publishPacket(1, 1, topic, heart(60)));
    mqtt.write(many.toByteArray());
    return mqtt.read().orElseThrow();
  }

  private ValidatableResponse delivery() {
    return asAdmin().get("/v1/devices/{id}/delivery", device.id()).then().statusCode(200);
  }

  private static RequestSpecification asAdmin() {
    return given()
        .relaxedHTTPSValidation()
        .auth()
        .oauth2(TestTokens.of(UUID.randomUUID(), MqttBed.ORGANISATION, "device-admin"));
  }

  private RawMqtt raw() throws IOException {
    return bed.raw(device, server.port(), 5);
  }

  private static byte[] heart(int value) {
    return text(value).getBytes(UTF_8);
  }

  private static String text(int value) {
    return "[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":%d,\"t\":%d}]"
        .formatted(value, System.currentTimeMillis() / 1_000);
  }

  /** So many records of a code that no table has. */
  private static byte[] unknown(int records) {
    return IntStream.range(0, records)
        .mapToObj("{\"n\":\"1-1\",\"u\":\"/min\",\"v\":%d}"::formatted)
        .collect(joining(",", "[", "]"))
        .getBytes(UTF_8);
  }
}
