package io.pulsewarden.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.auditclient.KafkaAuditTrail;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.StoredRange;
import io.pulsewarden.logverifier.Checkpoint;
import io.pulsewarden.logverifier.Proofs;
import io.pulsewarden.logverifier.Report;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(AuditServers.class)
class AuditServiceIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  @Inject Pool pool;

  private final AuditEvents events = new AuditEvents(Clock.systemUTC(), new SecureRandom());
  private final AuditClient client = new AuditClient();
  private final UUID organisation = UUID.randomUUID();
  private final UUID patient = UUID.randomUUID();
  private final String auditor = AuditClient.token(organisation, "auditor");

  @Test
  void shouldProveToAStrangerThatAnEventIsInTheLog() throws Exception {
    // Given
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      record(trail, read(organisation, patient));
    }

    // When
    JsonNode entry = awaitEntry(reads(), auditor);
    long index = entry.get("index").asLong();
    byte[] leaf =
        Base64.getDecoder()
            .decode(client.json("/v1/entries/" + index, auditor).get("leaf").asText());
    Checkpoint checkpoint = Checkpoint.open(checkpointNote(), client.key());
    JsonNode proof =
        client.json("/v1/proofs/inclusion?index=" + index + "&size=" + checkpoint.size(), auditor);

    // Then
    assertThat(entry.get("event").get("action").asText()).isEqualTo("OBSERVATION_READ");
    assertThat(entry.get("event").get("agent").get("roles").get(0).asText()).isEqualTo("clinician");
    assertThat(Proofs.verifyInclusion(leaf, index, hashes(proof), checkpoint)).isTrue();
    assertThat(Proofs.verifyInclusion(leaf, index + 1, hashes(proof), checkpoint)).isFalse();
  }

  @Test
  void shouldServeALogThatVerifiesAndGrowsFromItsEarlierSelf() throws Exception {
    // Given
    byte[] earlier = checkpointNote();
    try (KafkaAuditTrail trail = AuditClient.trail("device-registry-service")) {
      for (int i = 0; i < 600; i++) {
        var _ = trail.record(read(organisation, patient));
      }
      record(trail, read(organisation, UUID.randomUUID()));
    }
    await()
        .atMost(SOON)
        .until(() -> client.json(reads() + "&limit=1000", auditor).get("items").size() == 600);

    // When
    Report report = client.verify(Optional.of(earlier));
    Checkpoint older = Checkpoint.open(earlier, client.key());
    Checkpoint newer = Checkpoint.open(checkpointNote(), client.key());
    JsonNode proof =
        client.json("/v1/proofs/consistency?from=" + older.size() + "&to=" + newer.size(), auditor);

    // Then
    // Other tests forged records of telemetry-service.
    assertThat(report.problems())
        .filteredOn(problem -> !problem.message().contains(" of telemetry-service/"))
        .isEmpty();
    assertThat(report.size()).isGreaterThan(600);
    assertThat(report.chains()).isGreaterThanOrEqualTo(2);
    assertThat(Proofs.verifyConsistency(older, newer, hashes(proof))).isTrue();
  }

  @Test
  void shouldCheckpointAnEventWithinASecond() throws Exception {
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      // Given
      record(trail, read(organisation, UUID.randomUUID()));
      List<Long> times = new ArrayList<>();

      // When, a few times over, since other work shares the machine
      for (int i = 0; i < 5; i++) {
        long before = Checkpoint.open(checkpointNote(), client.key()).size();
        long began = System.nanoTime();
        record(trail, read(organisation, patient));
        await()
            .pollInterval(Duration.ofMillis(10))
            .atMost(SOON)
            .until(() -> Checkpoint.open(checkpointNote(), client.key()).size() > before);
        times.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
      }

      // Then
      assertThat(times).anyMatch(milliseconds -> milliseconds < 1000);
    }
  }

  @Test
  void shouldLogARecordThatComesTwiceOnceAndAnUnequalOneToo() throws Exception {
    // Given
    AuditRecord.Builder record =
        AuditRecord.newBuilder()
            .setService("telemetry-service")
            .setIncarnation(ByteString.copyFrom(new SecureRandom().generateSeed(16)))
            .setPreviousHash(ByteString.copyFrom(new byte[32]))
            .setEvent(read(organisation, patient));
    byte[] first = record.build().toByteArray();
    byte[] other = record.setRecordedAtMs(7).build().toByteArray();
    byte[] last = record.setSequence(1).build().toByteArray();

    // When
    AuditClient.send(first, first, other, first, other, last);

    // Then
    awaitItems(reads(), 3);
    assertThat(leaves()).containsExactlyInAnyOrder(first, other, last);
    assertThat(metrics()).contains("FINDING_KIND_UNEQUAL_DUPLICATE");
  }

  @Test
  void shouldLogWhatItCannotReadAndWhatIsTooLarge() throws Exception {
    // Given
    byte[] unreadable = new byte[] {(byte) 0xff, 1, 2, 3};
    byte[] nul =
        AuditRecord.newBuilder()
            .setService("telemetry-service")
            .setIncarnation(ByteString.copyFrom(new SecureRandom().generateSeed(16)))
            .setPreviousHash(ByteString.copyFrom(new byte[32]))
            .setEvent(
                read(organisation, patient).toBuilder()
                    .addPatientId("a\0b")
                    .setReasonCode("x".repeat(5000)))
            .build()
            .toByteArray();

    // When
    AuditClient.send(unreadable, new byte[70_000], new byte[0], nul);

    // Then the log goes on
    JsonNode entry = awaitEntry(reads(), auditor);
    long index = entry.get("index").asLong();
    JsonNode standIn = client.json("/v1/entries/" + (index - 2), auditor);
    JsonNode strange = client.json("/v1/entries/" + (index - 3), auditor);
    assertThat(Base64.getDecoder().decode(strange.get("leaf").asText())).isEqualTo(unreadable);
    assertThat(strange.get("kind").asText()).isEqualTo("UNREADABLE");
    AuditRecord finding =
        AuditRecord.parseFrom(Base64.getDecoder().decode(standIn.get("leaf").asText()));
    assertThat(finding.getFinding().getLeafIndex()).isEqualTo(index - 2);
    assertThat(finding.getFinding().getValueHash().size()).isEqualTo(32);
  }

  @Test
  void shouldKeepOrganisationsApartAndAuditTheAttempt() throws Exception {
    // Given
    UUID elsewhere = UUID.randomUUID();
    String stranger = AuditClient.token(elsewhere, "auditor");
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      record(trail, read(organisation, patient));
    }
    long index = awaitEntry(reads(), auditor).get("index").asLong();

    // When
    JsonNode search = client.json(reads(), stranger);
    HttpResponse<byte[]> read = client.get("/v1/entries/" + index, Optional.of(stranger));

    // Then
    assertThat(search.get("items")).isEmpty();
    assertProblem(read, 404, "not-found");
    JsonNode denied = awaitEntry("/v1/entries?action=AUDIT_ENTRY_READ", stranger);
    assertThat(denied.get("event").get("outcome").asText()).isEqualTo("DENIED");
    assertThat(denied.get("event").get("reasonCode").asText()).isEqualTo("other-organisation");
    assertThat(
            awaitEntry("/v1/entries?action=AUDIT_SEARCHED&patient=" + patient, stranger)
                .get("event")
                .get("outcome")
                .asText())
        .isEqualTo("SUCCESS");
  }

  @Test
  void shouldPageFromTheNewestBackwards() throws Exception {
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      for (int i = 0; i < 5; i++) {
        record(trail, read(organisation, patient));
      }
    }
    awaitItems(reads(), 5);

    List<Long> seen = new ArrayList<>();
    String cursor = "";
    while (cursor != null) {
      JsonNode page = client.json(reads() + "&limit=2" + cursor, auditor);
      page.get("items").forEach(item -> seen.add(item.get("index").asLong()));
      cursor = page.get("next").isNull() ? null : "&cursor=" + page.get("next").asText();
    }

    assertThat(seen).hasSize(5).doesNotHaveDuplicates();
    assertThat(seen).isSortedAccordingTo(java.util.Comparator.reverseOrder());
  }

  @Test
  void shouldFindTheRangeThatCoversAnOffset() throws Exception {
    // Given a range that concerns several organisations
    String topic = "topic-" + patient;
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      for (long first : new long[] {0, 10, 20}) {
        record(
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
    awaitEntry(query + 25, auditor);

    JsonNode found = client.json(query + 12, auditor).get("items");

    assertThat(found).hasSize(1);
    assertThat(found.get(0).get("event").get("storedRange").get("firstOffset").asLong())
        .isEqualTo(10);
    assertThat(client.json(query + 30, auditor).get("items")).isEmpty();
  }

  @Test
  void shouldRefuseWhoMayNotAsk() {
    assertThat(client.get("/v1/entries", Optional.empty()).statusCode()).isEqualTo(401);
    assertProblem(
        client.get("/v1/entries", Optional.of(AuditClient.token(organisation, "clinician"))),
        403,
        "forbidden");
    assertThat(client.get("/tile/entries/000", Optional.empty()).statusCode()).isEqualTo(401);
    assertThat(client.get("/checkpoint", Optional.empty()).statusCode()).isEqualTo(200);
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
      assertProblem(
          client.get("/v1/entries?" + bad, Optional.of(auditor)), 400, "invalid-parameter");
    }
    assertProblem(
        client.get("/v1/proofs/inclusion?index=x", Optional.empty()), 400, "invalid-parameter");
    assertProblem(
        client.get("/v1/proofs/inclusion?index=0&size=99999999", Optional.empty()),
        400,
        "invalid-parameter");
    assertProblem(
        client.get("/v1/proofs/consistency?from=0", Optional.empty()), 400, "invalid-parameter");
  }

  @Test
  void shouldServeTilesAsTheFormatSays() throws Exception {
    // Given
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      record(trail, read(organisation, patient));
    }
    awaitEntry(reads(), auditor);

    // When
    HttpResponse<byte[]> checkpoint = client.get("/checkpoint", Optional.empty());
    HttpResponse<byte[]> tile = client.get("/tile/0/000.p/1", Optional.empty());
    HttpResponse<byte[]> bundle = client.get("/tile/entries/000.p/1", Optional.of(auditor));

    // Then
    assertThat(checkpoint.headers().firstValue("Content-Type"))
        .hasValueSatisfying(
            type ->
                assertThat(type.replace(" ", ""))
                    .isEqualToIgnoringCase("text/plain;charset=utf-8"));
    assertThat(checkpoint.headers().firstValue("Cache-Control")).hasValue("no-cache");
    assertThat(tile.body()).hasSize(32);
    assertThat(tile.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
    assertThat(tile.headers().firstValue("Cache-Control").orElse("")).contains("immutable");
    assertThat(bundle.headers().firstValue("Cache-Control").orElse("")).contains("private");
    for (String no :
        List.of(
            "/tile/0/999",
            "/tile/0/x000/000.p/1",
            "/tile/0/000.p/0",
            "/tile/0/000.p/256",
            "/tile/0/000.p/01",
            "/tile/00/000.p/1",
            "/tile/9/000.p/1",
            "/tile/7/000.p/1",
            "/tile/0/0")) {
      assertProblem(client.get(no, Optional.empty()), 404, "not-found");
    }
  }

  @Test
  void shouldNotBeAbleToChangeItsLog() {
    for (String sql :
        List.of(
            "UPDATE log_leaf SET value = ''",
            "DELETE FROM log_leaf",
            "UPDATE log_tile SET root = hashes",
            "DELETE FROM log_checkpoint",
            "UPDATE log_checkpoint SET note = ''",
            "UPDATE tree_head SET size = 0",
            "DELETE FROM entry_index",
            "UPDATE log_identity SET verifier_key = ''",
            "TRUNCATE log_leaf")) {
      assertThatThrownBy(() -> pool.query(sql).execute().await().atMost(SOON))
          .as(sql)
          .hasMessageContaining("permission denied");
    }
  }

  @Test
  void shouldShowNothingThatItCannotAudit() throws Exception {
    // When
    AuditServers.bed().kafka().kill();
    HttpResponse<byte[]> unaudited;
    try {
      unaudited = client.get("/v1/entries", Optional.of(auditor));
    } finally {
      AuditServers.bed().kafka().restart();
    }

    // Then, and all is well again by itself
    assertProblem(unaudited, 503, "audit-unavailable");
    await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> client.get("/v1/entries", Optional.of(auditor)).statusCode() == 200);
    awaitEntry("/v1/entries?action=AUDIT_SEARCHED", auditor);
  }

  private AuditEvent read(UUID owner, UUID about) {
    return events
        .event(
            AuditAction.AUDIT_ACTION_OBSERVATION_READ,
            AuditOutcome.AUDIT_OUTCOME_SUCCESS,
            owner,
            AuditEvents.user("nurse", List.of("clinician")))
        .addPatientId(about.toString())
        .build();
  }

  /** What was read of the patient; looking for that is an entry about the patient as well. */
  private String reads() {
    return "/v1/entries?action=OBSERVATION_READ&patient=" + patient;
  }

  private static void record(KafkaAuditTrail trail, AuditEvent event) {
    assertThat(trail.record(event).toCompletableFuture()).succeedsWithin(SOON);
  }

  private JsonNode awaitEntry(String query, String token) {
    return await()
        .atMost(SOON)
        .until(() -> client.json(query, token).get("items"), items -> !items.isEmpty())
        .get(0);
  }

  private void awaitItems(String query, int count) {
    await().atMost(SOON).until(() -> client.json(query, auditor).get("items").size() == count);
  }

  private List<byte[]> leaves() {
    List<byte[]> leaves = new ArrayList<>();
    for (JsonNode item : client.json(reads(), auditor).get("items")) {
      JsonNode entry = client.json("/v1/entries/" + item.get("index").asLong(), auditor);
      leaves.add(Base64.getDecoder().decode(entry.get("leaf").asText()));
    }
    return leaves;
  }

  private byte[] checkpointNote() {
    return await()
        .atMost(SOON)
        .until(
            () -> client.get("/checkpoint", Optional.empty()),
            answer ->
                answer.statusCode() == 200
                    && !new String(answer.body(), StandardCharsets.UTF_8).contains("\n0\n"))
        .body();
  }

  private static List<byte[]> hashes(JsonNode proof) {
    List<byte[]> hashes = new ArrayList<>();
    proof.get("hashes").forEach(hash -> hashes.add(Base64.getDecoder().decode(hash.asText())));
    return hashes;
  }

  private static void assertProblem(HttpResponse<byte[]> response, int status, String code) {
    String body = new String(response.body(), StandardCharsets.UTF_8);
    assertThat(response.statusCode()).as(response.uri() + " " + body).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/problem+json");
    assertThat(body).contains("https://pulsewarden.io/problems/" + code);
  }

  @Inject io.micrometer.core.instrument.MeterRegistry registry;

  private List<String> metrics() {
    return registry.find("pulsewarden.audit.findings").counters().stream()
        .filter(counter -> counter.count() > 0)
        .map(counter -> String.valueOf(counter.getId().getTag("kind")))
        .toList();
  }
}
