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
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
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
        .untilAsserted(
            () -> {
              assertThat(shown(bert)).containsExactlyElementsOf(all);
              // What was sealed for the first one in between is hers by mistake.
              assertThat(shown(anna)).allMatch(one -> one.endsWith(" entered-in-error"));
            });
  }

  @Test
  void shouldShowReadingsOfADeviceWithoutAClockAndOfThirtyDaysAgo() throws IOException {
    // Given a device whose profile says that it has no clock
    UUID anna = clinic.patientInCare("MRN-clockless");
    Wearable device = unworn();
    bed.registry.wearClockless(device.id(), clinic.organisation, device.certificate().leaf(), anna);
    await().until(() -> !directory.hasClock(device.id()));
    String topic = Topics.vitals(device.id());
    Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    long oldest = before.minus(Duration.ofDays(30)).getEpochSecond();

    // When it says how long ago it measured, and what it measured almost thirty days ago
    try (RawMqtt mqtt = bed.raw(device, server.port(), 5)) {
      assertThat(mqtt.connect(device.id().toString(), 60).reason(1)).isZero();
      mqtt.publishNumbered(1, 1, topic, heart(61, "-30", 62, "0"));
      assertThat(mqtt.read().orElseThrow().reason(2)).isZero();
      mqtt.publishNumbered(2, 2, topic, heart(59, "" + (oldest - 60), 60, "" + (oldest + 60)));
      assertThat(mqtt.read().orElseThrow().reason(2)).isZero();
      // Without a number it could not be told from one that comes again.
      mqtt.publish(1, 3, topic, heart(63, "-30", 64, "0"));
      assertThat(mqtt.read().orElseThrow().reason(2)).isEqualTo(0x83);
    }
    Instant after = Instant.now();

    // Then each is an Observation of its time, but for the one that came too late
    await()
        .untilAsserted(
            () -> assertThat(shown(anna)).containsExactly("60 final", "61 final", "62 final"));
    List<Instant> times =
        clinic.searchAll("patient=" + anna + "&_sort=date", clinic.nurseToken()).stream()
            .map(one -> OffsetDateTime.parse(one.get("effectiveDateTime").asText()).toInstant())
            .toList();
    assertThat(times.getFirst()).isEqualTo(Instant.ofEpochSecond(oldest + 60));
    assertThat(times.get(2)).isBetween(before, after);
    assertThat(Duration.between(times.get(1), times.get(2))).isEqualTo(Duration.ofSeconds(30));
  }

  private static byte[] heart(int first, String firstTime, int second, String secondTime) {
    return "[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":%d,\"t\":%s},{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":%d,\"t\":%s}]"
        .formatted(first, firstTime, second, secondTime)
        .getBytes(UTF_8);
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
