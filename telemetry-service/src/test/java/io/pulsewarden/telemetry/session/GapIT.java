package io.pulsewarden.telemetry.session;

import static io.pulsewarden.telemetry.Clinic.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.auditclient.AuditTrail;
import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.telemetry.Clinic;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.gap.GapReports;
import io.pulsewarden.telemetry.intake.VitalsIntake;
import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.presence.DeviceSessionStore;
import io.pulsewarden.telemetry.presence.TestPresence;
import io.pulsewarden.telemetry.session.RawMqtt.Packet;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A device that numbers its messages, of which some never come, or late. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class GapIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static MqttBed bed;

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject MqttServerLifecycle server;
  @Inject MqttConfiguration limits;
  @Inject DeviceDirectory directory;
  @Inject FeedFreshness freshness;
  @Inject Sealing sealing;
  @Inject VitalsIntake intake;
  @Inject DeviceSessionStore rows;
  @Inject GapReports gaps;
  @Inject InMemoryBaseKeys keys;
  @Inject Vertx vertx;
  @Inject TlsConfigurationRegistry tls;
  @Inject AuditTrail audit;
  @Inject AuditEvents events;

  private final long now = System.currentTimeMillis() / 1_000 - 600;
  private final UUID device = UUID.randomUUID();
  private IssuedCertificate certificate;
  private Clinic clinic;
  private UUID patient;
  private int packets;

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
    certificate = bed.ca.issue(device);
    clinic = new Clinic(base, sealing);
    patient = clinic.patientInCare("MRN-" + device);
    bed.registry.activate(device, clinic.organisation, certificate.leaf(), patient);
    await()
        .until(
            () ->
                server.port() != 0
                    && freshness.admitsSessions()
                    && directory.find(device).isPresent()
                    && directory.trusts(bed.ca.certificate()));
  }

  @AfterEach
  void close() {
    clinic.close();
  }

  @Test
  void shouldTellDeviceAndClinicianWhatIsMissingUntilItComes() throws IOException {
    try (RawMqtt mqtt = connected(server.port())) {
      mqtt.subscribe(1, 0, Topics.notices(device));
      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.SUBACK);
      send(mqtt, 1, 10);
      send(mqtt, 2, 20);
      send(mqtt, 5, 50);

      assertThat(notice(mqtt, 1).at("/missing/0"))
          .isEqualTo(tree("{\"run\":0,\"first\":3,\"last\":4}"));
      JsonNode issue = issues(clinic.nurseToken()).findFirst().orElseThrow();
      assertThat(issue.at("/details/text").asText())
          .isEqualTo("data missing from " + iso(20) + " to " + iso(50));
      assertThat(issue.at("/code").asText()).isEqualTo("incomplete");
      assertThat(delivery().at("/missing/0/first").asLong()).isEqualTo(3);
      assertThat(searched("&date=lt" + iso(15))).isEmpty();

      send(mqtt, 4, 40);
      assertThat(notice(mqtt, 1).at("/missing/0"))
          .isEqualTo(tree("{\"run\":0,\"first\":3,\"last\":3}"));
      send(mqtt, 3, 30);
      assertThat(notice(mqtt, 0).at("/newest").asLong()).isEqualTo(5);
    }

    assertThat(issues(clinic.nurseToken())).isEmpty();
    JsonNode numbering = delivery();
    assertThat(numbering.at("/received").asLong()).isEqualTo(5);
    assertThat(numbering.at("/late").asLong()).isEqualTo(2);
    assertThat(numbering.at("/missing")).isEmpty();
  }

  @Test
  void shouldTellItOverATakeoverAndThatTheNumberingBeganAnew() throws IOException {
    try (RawMqtt mqtt = connected(server.port())) {
      send(mqtt, 7, 10);
      send(mqtt, 9, 20);
    }
    try (SecondInstance second =
        new SecondInstance(
                bed.servers,
                vertx,
                tls,
                limits,
                intake,
                TestPresence.ofAnotherInstance(
                    rows, bed.servers.kafkaProperties("telemetry-service")),
                audit,
                events)
            .telling(gaps)) {
      await().until(() -> second.knows(device));
      try (RawMqtt mqtt = connected(second.port())) {
        // What was lost at the first instance is told at the second, as soon as the device listens.
        mqtt.subscribe(1, 1, Topics.notices(device));
        assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.SUBACK);
        assertThat(notice(mqtt, 1).at("/missing/0/first").asLong()).isEqualTo(8);

        send(mqtt, 0, 300);
        JsonNode restarted = notice(mqtt, 2);
        assertThat(restarted.at("/run").asInt()).isEqualTo(1);
        assertThat(restarted.at("/missing/0")).isEqualTo(tree("{\"run\":0,\"first\":10}"));
        send(mqtt, 8, 15);
        assertThat(notice(mqtt, 1).at("/missing/0/first").asLong()).isEqualTo(10);
      }
    }

    assertThat(issues(clinic.nurseToken()).map(issue -> issue.at("/details/text").asText()))
        .containsExactly("data may be missing from " + iso(20) + " to " + iso(300));
    assertThat(clinic.get("/v1/devices/" + device + "/delivery", clinic.outsiderToken()).body())
        .doesNotContain("numbering");
  }

  @Test
  void shouldNotMissWhatWasRefusedOrIsOfAnErasedPatient() throws IOException {
    try (RawMqtt mqtt = connected(server.port())) {
      send(mqtt, 1, 10);
      // What is refused comes by another topic, and a numbering begins with what comes first.
      await().until(() -> delivery().at("/received").asLong() == 1);
      publish(mqtt, 2, "not senml");
      publish(mqtt, 3, heart(30).replace("62", "0"));
      await().until(() -> delivery().at("/received").asLong() == 3);
      JsonNode whole = json(clinic.get(path(), clinic.adminToken()));
      assertThat(whole.at("/refused/open").asLong()).isEqualTo(2);
      assertThat(whole.at("/refused/byReason/not-json").asLong()).isEqualTo(1);
      assertThat(whole.at("/refused/byReason/impossible-value").asLong()).isEqualTo(1);
      assertThat(whole.at("/lag/receivedToStoredMillis").asLong()).isPositive();

      keys.erase(KeySubject.patient(clinic.organisation, patient));
      publish(mqtt, 4, heart(40));
      publish(mqtt, 5, "not senml");
      await().until(() -> delivery().at("/received").asLong() == 5);
    }

    assertThat(delivery().at("/missing")).isEmpty();
    assertThat(
            json(clinic.get("/v1/quarantine?device=" + device, clinic.adminToken())).get("items"))
        .hasSize(3);
  }

  private RawMqtt connected(int port) throws IOException {
    RawMqtt mqtt = new RawMqtt(bed.tls(certificate), port, 5);
    assertThat(mqtt.connect(device.toString(), 60).reason(1)).isZero();
    return mqtt;
  }

  private void send(RawMqtt mqtt, long sequence, long second) throws IOException {
    publish(mqtt, sequence, heart(second));
  }

  private void publish(RawMqtt mqtt, long sequence, String payload) throws IOException {
    mqtt.publishNumbered(++packets, sequence, Topics.vitals(device), payload.getBytes(UTF_8));
    Packet answer = mqtt.read().orElseThrow();
    while (answer.type() == RawMqtt.PUBLISH) {
      pending = Optional.of(answer);
      answer = mqtt.read().orElseThrow();
    }
    assertThat(answer.type()).isEqualTo(RawMqtt.PUBACK);
  }

  private Optional<Packet> pending = Optional.empty();

  /** The next notice that names so many gaps; those on the way there are states in between. */
  private JsonNode notice(RawMqtt mqtt, int missing) throws IOException {
    while (true) {
      Packet packet = pending.isPresent() ? pending.get() : mqtt.read().orElseThrow();
      pending = Optional.empty();
      assertThat(packet.type()).isEqualTo(RawMqtt.PUBLISH);
      String body = new String(packet.body(), UTF_8);
      JsonNode notice = tree(body.substring(body.indexOf('{')));
      if (notice.at("/missing").size() == missing) {
        return notice;
      }
    }
  }

  private String path() {
    return "/v1/devices/" + device + "/delivery";
  }

  private JsonNode delivery() {
    return json(clinic.get(path(), clinic.adminToken())).at("/numbering");
  }

  private Stream<JsonNode> issues(String token) {
    return clinic.searchAll("patient=" + patient, token).stream()
        .filter(one -> one.get("resourceType").asText().equals("OperationOutcome"))
        .flatMap(one -> Stream.of(one.get("issue")))
        .flatMap(all -> Stream.iterate(0, i -> i < all.size(), i -> i + 1).map(all::get));
  }

  private List<JsonNode> searched(String more) {
    return clinic.searchAll("patient=" + patient + more, clinic.nurseToken()).stream()
        .filter(one -> one.get("resourceType").asText().equals("OperationOutcome"))
        .toList();
  }

  private String iso(long second) {
    return Instant.ofEpochSecond(now + second).toString();
  }

  private String heart(long second) {
    return "[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":62,\"t\":" + (now + second) + "}]";
  }

  private static JsonNode tree(String json) throws IOException {
    return JSON.readTree(json);
  }
}
