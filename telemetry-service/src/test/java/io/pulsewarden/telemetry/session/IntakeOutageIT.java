package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.auditclient.LogLag;
import io.pulsewarden.telemetry.AuditTopic;
import io.pulsewarden.telemetry.Clinic;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.session.MqttBed.Wearable;
import io.pulsewarden.telemetry.vitals.Reading.Quantity;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import io.pulsewarden.telemetry.vitals.VitalSign;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nothing is acknowledged while what it needs is away, and nothing is lost. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class IntakeOutageIT {

  private static MqttBed bed;

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @TestHTTPResource(value = "/", management = true, tls = true)
  URI management;

  @Inject MqttServerLifecycle server;
  @Inject DeviceDirectory directory;
  @Inject FeedFreshness freshness;
  @Inject Sealing sealing;
  @Inject InMemoryBaseKeys keys;
  @Inject LogLag lag;

  private final long now = System.currentTimeMillis() / 1_000;
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
  void shouldNotAcknowledgeWhileKafkaIsAwayAndLoseNothingWhenItIsBack() throws IOException {
    try (Clinic clinic = new Clinic(base, sealing);
        RawMqtt mqtt = bed.connected(device, server.port(), 5)) {
      UUID patient = clinic.patientInCare("MRN-no-kafka");
      clinic.send(patient, List.of(Clinic.heartRate(now * 1_000, "63.7")));
      String observation = clinic.awaitObservations(patient, 1).getFirst().get("id").asText();
      bed.servers.kafka().kill();
      try {
        mqtt.publish(1, 1, Topics.vitals(device.id()), heart("61").getBytes(UTF_8));
        mqtt.publish(1, 2, Topics.vitals(device.id()), heart("62").getBytes(UTF_8));
        // Nothing but pings is answered, and those at once.
        await()
            .pollInterval(Duration.ofMillis(300))
            .during(Duration.ofSeconds(3))
            .atMost(Duration.ofSeconds(60))
            .until(mqtt::pinged);
        // Nor is anything shown, since nobody would hear of it.
        assertNothingIsShown(clinic, "/fhir/Patient/" + patient);
        assertNothingIsShown(clinic, "/fhir/Observation/" + observation);
        assertNothingIsShown(clinic, "/fhir/Observation?patient=" + patient);
      } finally {
        bed.servers.kafka().restart();
      }

      assertThat(mqtt.puback()).isEqualTo(1);
      assertThat(mqtt.puback()).isEqualTo(2);
    }
    assertThat(bed.vitals(device, sealing))
        .flatExtracting(VitalBlock::readings)
        .contains(heartReading("61"), heartReading("62"));
  }

  @Test
  void shouldNotAcknowledgeWhileKeysAreAwayAndKeepNothingUntilTheyAreBack() throws IOException {
    try (RawMqtt mqtt = bed.connected(device, server.port(), 5)) {
      keys.unavailable(true);
      try {
        mqtt.publish(1, 1, Topics.vitals(device.id()), heart("71").getBytes(UTF_8));
        mqtt.publish(1, 2, Topics.vitals(device.id()), "not senml".getBytes(UTF_8));
        await()
            .pollInterval(Duration.ofMillis(300))
            .during(Duration.ofSeconds(1))
            .atMost(Duration.ofSeconds(60))
            .until(mqtt::pinged);
        assertThat(bed.vitals(device, sealing)).as("neither sealed nor in clear").isEmpty();
        assertThat(bed.quarantine(device.id(), sealing)).isEmpty();
        assertThat(health("keys"))
            .as("health says what is missing")
            .containsEntry("keyManagement", "FAILED");
      } finally {
        keys.unavailable(false);
      }

      assertThat(mqtt.puback()).isEqualTo(1);
      assertThat(mqtt.puback()).isEqualTo(2);
      assertThat(health("keys")).containsEntry("keyManagement", "ANSWERED");
      assertThat(health("store"))
          .isEqualTo(
              Map.of(
                  "keys.key-state.v1", true,
                  "telemetry.quarantine.v1", true,
                  "telemetry.vitals.v1", true));
    }
    assertThat(bed.vitals(device, sealing))
        .flatExtracting(VitalBlock::readings)
        .containsExactly(heartReading("71"));
    assertThat(bed.quarantine(device.id(), sealing)).hasSize(1);
  }

  @Test
  void shouldNotAcknowledgeWhileTheAuditLogIsTooFarBehind() throws IOException {
    try (RawMqtt mqtt = bed.connected(device, server.port(), 5)) {
      AuditTopic.logReached(0);
      try {
        await().until(lag::isOverLimit);
        mqtt.publish(1, 1, Topics.vitals(device.id()), heart("81").getBytes(UTF_8));
        mqtt.publish(1, 2, Topics.vitals(device.id()), "not senml".getBytes(UTF_8));
        await()
            .pollInterval(Duration.ofMillis(300))
            .during(Duration.ofSeconds(1))
            .atMost(Duration.ofSeconds(60))
            .until(mqtt::pinged);
        assertThat(bed.vitals(device, sealing)).isEmpty();
        assertThat(bed.quarantine(device.id(), sealing)).isEmpty();
      } finally {
        AuditTopic.logReached(Long.MAX_VALUE);
      }

      assertThat(mqtt.puback()).isEqualTo(1);
      assertThat(mqtt.puback()).isEqualTo(2);
    }
    assertThat(bed.vitals(device, sealing))
        .flatExtracting(VitalBlock::readings)
        .containsExactly(heartReading("81"));
  }

  private static void assertNothingIsShown(Clinic clinic, String path) {
    HttpResponse<String> answer = clinic.get(path, clinic.nurseToken());
    assertThat(answer.statusCode()).as(path).isEqualTo(503);
    assertThat(answer.body())
        .as(path)
        .isNotEmpty()
        .doesNotContain("Canaryfeather", "Zenobia", "1956-07-08", "MRN-no-kafka", "63.7");
  }

  /** What a check says beside up or down. */
  private Map<String, Object> health(String check) {
    return RestAssured.given()
        .relaxedHTTPSValidation()
        .get(management.resolve("/q/health/well"))
        .jsonPath()
        .getMap("checks.find { it.name == '%s' }.data".formatted(check));
  }

  private String heart(String value) {
    return "[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":" + value + ",\"t\":" + now + "}]";
  }

  private Quantity heartReading(String value) {
    return new Quantity(VitalSign.HEART_RATE, now * 1_000, new BigDecimal(value));
  }
}
