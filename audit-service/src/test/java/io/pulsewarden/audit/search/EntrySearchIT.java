package io.pulsewarden.audit.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.audit.AuditClient;
import io.pulsewarden.audit.AuditScene;
import io.pulsewarden.audit.AuditServers;
import io.pulsewarden.auditclient.KafkaAuditTrail;
import io.pulsewarden.auditclient.TextProofs;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.StoredRange;
import io.pulsewarden.contracts.audit.v1.TextProof;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What auditors find, and what they don't. */
@QuarkusTest
@QuarkusTestResource(AuditServers.class)
class EntrySearchIT {

  private final AuditScene scene = new AuditScene();

  @Test
  void shouldKeepOrganisationsApartAndAuditTheAttempt() throws Exception {
    // Given
    UUID elsewhere = UUID.randomUUID();
    String stranger = AuditClient.token(elsewhere, "auditor");
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      AuditScene.record(trail, scene.read(scene.organisation, scene.patient));
    }
    long index = scene.awaitEntry(scene.reads(), scene.auditor).get("index").asLong();

    // When
    JsonNode search = scene.client.json(scene.reads(), stranger);
    HttpResponse<byte[]> read = scene.client.get("/v1/entries/" + index, Optional.of(stranger));

    // Then
    assertThat(search.get("items")).isEmpty();
    AuditScene.assertProblem(read, 404, "not-found");
    JsonNode denied = scene.awaitEntry("/v1/entries?action=AUDIT_ENTRY_READ", stranger);
    assertThat(denied.get("event").get("outcome").asText()).isEqualTo("DENIED");
    assertThat(denied.get("event").get("reasonCode").asText()).isEqualTo("other-organisation");
    assertThat(
            scene
                .awaitEntry("/v1/entries?action=AUDIT_SEARCHED&patient=" + scene.patient, stranger)
                .get("event")
                .get("outcome")
                .asText())
        .isEqualTo("SUCCESS");
  }

  @Test
  void shouldNotLearnWhatSomebodyTypedForAnAgent() throws Exception {
    // Given
    UUID organisation = UUID.randomUUID();
    String auditor = AuditClient.token(organisation, "auditor");
    UUID nobody = UUID.randomUUID();

    // When
    scene.client.json("/v1/entries?actor=maria.schmidt-1951", auditor);
    scene.client.json("/fhir/AuditEvent?agent=maria.schmidt-1951", auditor);
    scene.client.json("/v1/entries?actor=" + nobody, auditor);

    // Then
    String searches = "/v1/entries?action=AUDIT_SEARCHED";
    await()
        .atMost(AuditScene.SOON)
        .until(() -> scene.client.json(searches, auditor).toString().contains(nobody.toString()));
    assertThat(scene.client.json(searches, auditor).toString())
        .contains("\"Agent\"")
        .doesNotContain("maria");
  }

  @Test
  void shouldShowTheHashOfWhatSomebodyWrote() {
    byte[] salt = new byte[TextProofs.SALT_BYTES];
    TextProof proof = TextProofs.of("explanation", salt, "the gateway was replaced");
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      AuditScene.record(
          trail,
          scene.read(scene.organisation, scene.patient).toBuilder().addTextProof(proof).build());
    }

    JsonNode shown = scene.awaitEntry(scene.reads(), scene.auditor).at("/event/textProofs/0");

    assertThat(shown.get("name").asText()).isEqualTo("explanation");
    assertThat(shown.get("saltedHash").asText())
        .isEqualTo(Base64.getEncoder().encodeToString(proof.getSaltedHash().toByteArray()));
  }

  @Test
  void shouldPageFromTheNewestBackwards() throws Exception {
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      for (int i = 0; i < 5; i++) {
        AuditScene.record(trail, scene.read(scene.organisation, scene.patient));
      }
    }
    scene.awaitItems(scene.reads(), 5);

    List<Long> seen = new ArrayList<>();
    String cursor = "";
    while (cursor != null) {
      JsonNode page = scene.client.json(scene.reads() + "&limit=2" + cursor, scene.auditor);
      page.get("items").forEach(item -> seen.add(item.get("index").asLong()));
      cursor = page.get("next").isNull() ? null : "&cursor=" + page.get("next").asText();
    }

    assertThat(seen).hasSize(5).doesNotHaveDuplicates();
    assertThat(seen).isSortedAccordingTo(java.util.Comparator.reverseOrder());
  }

  @Test
  void shouldFindTheRangeThatCoversAnOffset() throws Exception {
    // Given a range that concerns several organisations
    String topic = "topic-" + scene.patient;
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      for (long first : new long[] {0, 10, 20}) {
        AuditScene.record(
            trail,
            AuditEvent.newBuilder()
                .setAction(AuditAction.AUDIT_ACTION_VITALS_STORED)
                .setStoredRange(
                    StoredRange.newBuilder()
                        .setTopic(topic)
                        .setPartition(3)
                        .setFirstOffset(first)
                        .setLastOffset(first + 9))
                .build());
      }
    }
    String query = "/v1/entries?partition=3&topic=" + topic + "&offset=";
    scene.awaitEntry(query + 25, scene.auditor);

    JsonNode found = scene.client.json(query + 12, scene.auditor).get("items");

    assertThat(found).hasSize(1);
    assertThat(found.get(0).get("event").get("storedRange").get("firstOffset").asLong())
        .isEqualTo(10);
    assertThat(scene.client.json(query + 30, scene.auditor).get("items")).isEmpty();
  }

  @Test
  void shouldRefuseWhoMayNotAsk() {
    assertThat(scene.client.get("/v1/entries", Optional.empty()).statusCode()).isEqualTo(401);
    AuditScene.assertProblem(
        scene.client.get(
            "/v1/entries", Optional.of(AuditClient.token(scene.organisation, "clinician"))),
        403,
        "forbidden");
    assertThat(scene.client.get("/tile/entries/000", Optional.empty()).statusCode()).isEqualTo(401);
    assertThat(scene.client.get("/checkpoint", Optional.empty()).statusCode()).isEqualTo(200);
  }

  @Test
  void shouldNameTheParameterThatCannotBeUsed() {
    for (String bad :
        List.of(
            "patient=somebody",
            "action=NOTHING",
            "from=yesterday",
            "limit=0",
            "limit=1001",
            "cursor=!!",
            "topic=t",
            "actor=%20")) {
      AuditScene.assertProblem(
          scene.client.get("/v1/entries?" + bad, Optional.of(scene.auditor)),
          400,
          "invalid-parameter");
    }
    AuditScene.assertProblem(
        scene.client.get("/v1/proofs/inclusion?index=x", Optional.empty()),
        400,
        "invalid-parameter");
    AuditScene.assertProblem(
        scene.client.get("/v1/proofs/inclusion?index=0&size=99999999", Optional.empty()),
        400,
        "invalid-parameter");
    AuditScene.assertProblem(
        scene.client.get("/v1/proofs/consistency?from=0", Optional.empty()),
        400,
        "invalid-parameter");
  }

  @Test
  void shouldShowNothingThatItCannotAudit() throws Exception {
    // Given an entry, a value that is too large for one, and a patient whom a login may be bound to
    byte[] large = new byte[70_000];
    new SecureRandom().nextBytes(large);
    String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(large));
    AuditClient.send(large);
    AuditEvent read = scene.read(scene.organisation, scene.patient);
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      AuditScene.record(
          trail, read.toBuilder().setAction(AuditAction.AUDIT_ACTION_PATIENT_CREATED).build());
      AuditScene.record(trail, read);
    }
    long index = scene.awaitEntry(scene.reads(), scene.auditor).get("index").asLong();
    String officer = AuditClient.token(scene.organisation, "privacy-officer");
    String login = "/v1/patient-logins/" + UUID.randomUUID();
    List<String> paths =
        List.of(
            "/v1/entries",
            "/v1/entries/" + index,
            "/v1/findings",
            "/tile/entries/000.p/1",
            "/tile/blob/" + hash,
            "/fhir/AuditEvent?patient=Patient/" + scene.patient,
            "/fhir/AuditEvent/" + index);
    for (String path : paths) {
      assertThat(scene.client.get(path, Optional.of(scene.auditor)).statusCode())
          .as(path)
          .isEqualTo(200);
    }
    assertThat(scene.client.get(login, Optional.of(officer)).statusCode()).isEqualTo(404);

    // When Kafka is away, and all of it is asked for at once
    List<Future<HttpResponse<byte[]>>> unaudited = new ArrayList<>();
    AuditServers.bed().kafka().kill();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String path : paths) {
        unaudited.add(threads.submit(() -> scene.client.get(path, Optional.of(scene.auditor))));
      }
      unaudited.add(threads.submit(() -> scene.client.get(login, Optional.of(officer))));
      unaudited.add(
          threads.submit(
              () ->
                  scene.client.send(
                      "PUT", login, "{\"patient\":\"" + scene.patient + "\"}", officer)));
    } finally {
      AuditServers.bed().kafka().restart();
    }

    // Then each says so, and nothing else
    for (Future<HttpResponse<byte[]>> one : unaudited) {
      HttpResponse<byte[]> answer = one.get();
      if (answer.uri().getPath().startsWith("/fhir/")) {
        assertThat(answer.statusCode()).as(answer.uri().toString()).isEqualTo(503);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
            .contains("OperationOutcome", "The access can't be audited now");
      } else {
        AuditScene.assertProblem(answer, 503, "audit-unavailable");
      }
    }

    // And all is well again by itself, and nothing was bound
    await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () -> scene.client.get("/v1/entries", Optional.of(scene.auditor)).statusCode() == 200);
    scene.awaitEntry("/v1/entries?action=AUDIT_SEARCHED", scene.auditor);
    assertThat(scene.client.get(login, Optional.of(officer)).statusCode()).isEqualTo(404);
  }
}
