package io.pulsewarden.audit.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.audit.AuditClient;
import io.pulsewarden.audit.AuditScene;
import io.pulsewarden.audit.AuditServers;
import io.pulsewarden.auditclient.KafkaAuditTrail;
import io.pulsewarden.logverifier.Checkpoint;
import io.pulsewarden.logverifier.LogProof;
import io.pulsewarden.logverifier.Proofs;
import io.pulsewarden.logverifier.Report;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The log as strangers read and check it. */
@QuarkusTest
@QuarkusTestResource(AuditServers.class)
class LogServingIT {

  private final AuditScene scene = new AuditScene();

  @Test
  void shouldProveToAStrangerThatAnEventIsInTheLog() throws Exception {
    // Given
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      AuditScene.record(trail, scene.read(scene.organisation, scene.patient));
    }

    // When
    JsonNode entry = scene.awaitEntry(scene.reads(), scene.auditor);
    long index = entry.get("index").asLong();
    byte[] leaf =
        Base64.getDecoder()
            .decode(scene.client.json("/v1/entries/" + index, scene.auditor).get("leaf").asText());
    Checkpoint checkpoint = Checkpoint.open(scene.checkpointNote(), scene.client.key());
    JsonNode proof =
        scene.client.json(
            "/v1/proofs/inclusion?index=" + index + "&size=" + checkpoint.size(), scene.auditor);

    // Then
    assertThat(entry.get("event").get("action").asText()).isEqualTo("OBSERVATION_READ");
    assertThat(entry.get("event").get("agent").get("roles").get(0).asText()).isEqualTo("clinician");
    assertThat(Proofs.verifyInclusion(leaf, index, AuditScene.hashes(proof), checkpoint)).isTrue();
    assertThat(Proofs.verifyInclusion(leaf, index + 1, AuditScene.hashes(proof), checkpoint))
        .isFalse();
  }

  @Test
  void shouldGiveAReceiptThatIsCheckedWithoutTheLog() throws Exception {
    // Given
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      AuditScene.record(trail, scene.read(scene.organisation, scene.patient));
    }
    long index = scene.awaitEntry(scene.reads(), scene.auditor).get("index").asLong();
    byte[] leaf = scene.leaves().getFirst();

    // When anybody asks
    HttpResponse<byte[]> receipt =
        scene.client.get("/v1/proofs/receipt?index=" + index, Optional.empty());

    // Then
    assertThat(receipt.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
    LogProof proof = LogProof.parse(receipt.body());
    assertThat(proof.index()).isEqualTo(index);
    assertThat(proof.verify(leaf, scene.client.key(), List.of(), 0).size()).isGreaterThan(index);
    AuditScene.assertProblem(
        scene.client.get("/v1/proofs/receipt?index=99999999", Optional.empty()),
        400,
        "invalid-parameter");
    AuditScene.assertProblem(
        scene.client.get("/v1/proofs/receipt", Optional.empty()), 400, "invalid-parameter");
  }

  @Test
  void shouldServeALogThatVerifiesAndGrowsFromItsEarlierSelf() throws Exception {
    // Given
    byte[] earlier = scene.checkpointNote();
    try (KafkaAuditTrail trail = AuditClient.trail("device-registry-service")) {
      for (int i = 0; i < 600; i++) {
        var _ = trail.record(scene.read(scene.organisation, scene.patient));
      }
      AuditScene.record(trail, scene.read(scene.organisation, UUID.randomUUID()));
    }
    await()
        .atMost(AuditScene.SOON)
        .until(
            () ->
                scene.client.json(scene.reads() + "&limit=1000", scene.auditor).get("items").size()
                    == 600);

    // When
    Report report = scene.client.verify(Optional.of(earlier));
    Checkpoint older = Checkpoint.open(earlier, scene.client.key());
    Checkpoint newer = Checkpoint.open(scene.checkpointNote(), scene.client.key());
    JsonNode proof =
        scene.client.json(
            "/v1/proofs/consistency?from=" + older.size() + "&to=" + newer.size(), scene.auditor);

    // Then
    // Other tests forged records of telemetry-service.
    assertThat(report.problems())
        .filteredOn(problem -> !problem.message().contains(" of telemetry-service/"))
        .isEmpty();
    assertThat(report.size()).isGreaterThan(600);
    assertThat(report.chains()).isGreaterThanOrEqualTo(2);
    assertThat(Proofs.verifyConsistency(older, newer, AuditScene.hashes(proof))).isTrue();
  }

  @Test
  void shouldServeTilesAsTheFormatSays() throws Exception {
    // Given
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      AuditScene.record(trail, scene.read(scene.organisation, scene.patient));
    }
    scene.awaitEntry(scene.reads(), scene.auditor);

    // When
    HttpResponse<byte[]> checkpoint = scene.client.get("/checkpoint", Optional.empty());
    HttpResponse<byte[]> tile = scene.client.get("/tile/0/000.p/1", Optional.empty());
    HttpResponse<byte[]> bundle =
        scene.client.get("/tile/entries/000.p/1", Optional.of(scene.auditor));

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
      AuditScene.assertProblem(scene.client.get(no, Optional.empty()), 404, "not-found");
    }
  }
}
