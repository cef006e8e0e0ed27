package io.pulsewarden.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.auditclient.KafkaAuditTrail;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
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

/** What tests of this service share: an organisation, a patient of it, and its auditor. */
public final class AuditScene {

  public static final Duration SOON = Duration.ofSeconds(60);

  public final AuditClient client = new AuditClient();
  public final UUID organisation = UUID.randomUUID();
  public final UUID patient = UUID.randomUUID();
  public final String auditor = AuditClient.token(organisation, "auditor");
  private final AuditEvents events = new AuditEvents(Clock.systemUTC(), new SecureRandom());

  public AuditEvent read(UUID owner, UUID about) {
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
  public String reads() {
    return "/v1/entries?action=OBSERVATION_READ&patient=" + patient;
  }

  public static void record(KafkaAuditTrail trail, AuditEvent event) {
    assertThat(trail.record(event).toCompletableFuture()).succeedsWithin(SOON);
  }

  public JsonNode awaitEntry(String query, String token) {
    return await()
        .atMost(SOON)
        .until(() -> client.json(query, token).get("items"), items -> !items.isEmpty())
        .get(0);
  }

  public void awaitItems(String query, int count) {
    await().atMost(SOON).until(() -> client.json(query, auditor).get("items").size() == count);
  }

  public List<byte[]> leaves() {
    List<byte[]> leaves = new ArrayList<>();
    for (JsonNode item : client.json(reads(), auditor).get("items")) {
      JsonNode entry = client.json("/v1/entries/" + item.get("index").asLong(), auditor);
      leaves.add(Base64.getDecoder().decode(entry.get("leaf").asText()));
    }
    return leaves;
  }

  public byte[] checkpointNote() {
    return await()
        .atMost(SOON)
        .until(
            () -> client.get("/checkpoint", Optional.empty()),
            answer ->
                answer.statusCode() == 200
                    && !new String(answer.body(), StandardCharsets.UTF_8).contains("\n0\n"))
        .body();
  }

  public static List<byte[]> hashes(JsonNode proof) {
    List<byte[]> hashes = new ArrayList<>();
    proof.get("hashes").forEach(hash -> hashes.add(Base64.getDecoder().decode(hash.asText())));
    return hashes;
  }

  public static void assertProblem(HttpResponse<byte[]> response, int status, String code) {
    String body = new String(response.body(), StandardCharsets.UTF_8);
    assertThat(response.statusCode()).as(response.uri() + " " + body).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/problem+json");
    assertThat(body).contains("https://pulsewarden.io/problems/" + code);
  }
}
