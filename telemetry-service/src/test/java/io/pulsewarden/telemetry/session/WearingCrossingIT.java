package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.telemetry.Clinic;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.session.MqttBed.Wearable;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Readings on their way while the registry says whose they are, and says it otherwise. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class WearingCrossingIT {

  private static final int THIRD = 20;

  private static MqttBed bed;

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject MqttServerLifecycle server;
  @Inject DeviceDirectory directory;
  @Inject FeedFreshness freshness;
  @Inject Sealing sealing;

  private final long begin = System.currentTimeMillis() / 1_000 - 600;
  private Clinic clinic;

  @BeforeAll
  static void startRegistry() {
    bed = new MqttBed();
  }

  @AfterAll
  static void stopRegistry() {
    bed.close();
  }

  @BeforeEach
  void open() {
    clinic = new Clinic(base, sealing);
  }

  @AfterEach
  void close() {
    clinic.close();
  }

  @Test
  void shouldLoseNothingAndDoubleNothingWhenReadingsCrossAnAssignment() throws IOException {
    UUID anna = clinic.patientInCare("MRN-crossing-first");
    UUID bert = clinic.patientInCare("MRN-crossing-second");
    Wearable device = unworn();
    X509Certificate certificate = device.certificate().leaf();

    try (RawMqtt mqtt = bed.raw(device, server.port(), 4)) {
      assertThat(mqtt.connect(device.id().toString(), 60).reason(1)).isZero();
      publish(mqtt, device, 0);
      // In the middle: nobody waits for the feed, nor for what is on its way.
      bed.registry.wear(device.id(), clinic.organisation, certificate, Optional.of(anna), 0);
      publish(mqtt, device, THIRD);
      bed.registry.wear(device.id(), clinic.organisation, certificate, Optional.of(bert), 0);
      publish(mqtt, device, 2 * THIRD);
      for (int i = 1; i <= 3 * THIRD; i++) {
        assertThat(puback(mqtt)).isEqualTo(i);
      }
    }

    List<String> all = IntStream.range(0, 3 * THIRD).mapToObj(i -> (50 + i) + " final").toList();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              assertThat(shown(bert)).containsExactlyElementsOf(all);
              // What was sealed for the first one in between is hers by mistake.
              assertThat(shown(anna)).allMatch(one -> one.endsWith(" entered-in-error"));
            });
  }

  private static int puback(RawMqtt mqtt) throws IOException {
    RawMqtt.Packet packet = mqtt.read().orElseThrow();
    assertThat(packet.type()).isEqualTo(RawMqtt.PUBACK);
    return ((packet.body()[0] & 0xFF) << 8) | (packet.body()[1] & 0xFF);
  }

  private Wearable unworn() {
    UUID id = UUID.randomUUID();
    Wearable device = new Wearable(id, id, bed.ca.issue(id));
    bed.registry.wear(id, clinic.organisation, device.certificate().leaf(), Optional.empty(), 0);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                server.port() != 0
                    && freshness.admitsSessions()
                    && directory.find(id).isPresent()
                    && directory.issuers().contains(bed.ca.certificate()));
    return device;
  }

  private void publish(RawMqtt mqtt, Wearable device, int from) throws IOException {
    for (int i = from; i < from + THIRD; i++) {
      String payload =
          "[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":%d,\"t\":%d}]".formatted(50 + i, begin + i);
      mqtt.publish(1, i + 1, Topics.vitals(device.id()), payload.getBytes(UTF_8));
    }
  }

  /** Value and status, by time. */
  private List<String> shown(UUID patient) {
    return clinic
        .searchAll("patient=" + patient + "&_sort=date&_count=1000", clinic.nurseToken())
        .stream()
        .map(WearingCrossingIT::shown)
        .toList();
  }

  private static String shown(JsonNode one) {
    return one.at("/valueQuantity/value").asText() + " " + one.get("status").asText();
  }
}
