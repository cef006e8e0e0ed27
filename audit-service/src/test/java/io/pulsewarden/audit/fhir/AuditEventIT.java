package io.pulsewarden.audit.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pulsewarden.audit.AuditClient;
import io.pulsewarden.audit.AuditScene;
import io.pulsewarden.audit.AuditServers;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.auditclient.KafkaAuditTrail;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** AuditEvents over HTTP, for an auditor and for a patient. */
@QuarkusTest
@QuarkusTestResource(AuditServers.class)
class AuditEventIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final AuditScene scene = new AuditScene();
  private final UUID device = UUID.randomUUID();

  @Test
  void shouldFindEventsByEachParameter() throws Exception {
    // Given
    AuditEvent read = scene.read(scene.organisation, scene.patient);
    AuditEvent denied =
        read.toBuilder()
            .setAction(AuditAction.AUDIT_ACTION_PATIENT_READ)
            .setOutcome(AuditOutcome.AUDIT_OUTCOME_DENIED)
            .setReasonCode("not-in-care-team")
            .setOccurredAtMs(1_700_000_000_000L)
            .build();
    AuditEvent session =
        AuditEvent.newBuilder()
            .setAction(AuditAction.AUDIT_ACTION_SESSION_OPENED)
            .setOutcome(AuditOutcome.AUDIT_OUTCOME_SUCCESS)
            .setOrganisationId(scene.organisation.toString())
            .setOccurredAtMs(1_700_000_001_000L)
            .setAgent(AuditEvents.device(device))
            .addEntity(Entity.newBuilder().setType("Device").setId(device.toString()))
            .build();
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      AuditScene.record(trail, read);
      AuditScene.record(trail, denied);
      AuditScene.record(trail, session);
    }
    awaitFound("subtype=session-opened", 1);

    // When, Then
    assertThat(found("patient=Patient/" + scene.patient + "&type=rest")).hasSize(2);
    assertThat(found("agent=Device/" + device)).hasSize(1);
    assertThat(found("agent:identifier=nurse")).hasSize(2);
    assertThat(found("entity=Device/" + device)).hasSize(1);
    // The search by agent is an entry about that agent by now.
    assertThat(found("entity=" + device + "&type=110114")).hasSize(1);
    assertThat(found("entity=Observation/" + device)).isEmpty();
    assertThat(found("outcome=8&patient=" + scene.patient)).hasSize(1);
    assertThat(found("action=E&type=110114")).hasSize(1);
    assertThat(found("date=2023-11-14&type=rest")).hasSize(1);
    assertThat(found("date=ge2023-11-14T22:13:20Z&date=lt2023-11-14T22:13:22Z")).hasSize(2);
    assertThat(found("action=C&type=110114")).isEmpty();
  }

  @Test
  void shouldGiveEachEventOnceOverAllPages() throws Exception {
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      for (int i = 0; i < 5; i++) {
        AuditScene.record(trail, scene.read(scene.organisation, scene.patient));
      }
    }
    String search = "patient=" + scene.patient + "&subtype=observation-read&_count=2";
    awaitFound(search.replace("&_count=2", ""), 5);

    List<String> ids = new ArrayList<>();
    int pages = 0;
    String path = "/fhir/AuditEvent?" + search;
    while (path != null) {
      JsonNode page = scene.client.json(path, scene.auditor);
      page.path("entry").forEach(entry -> ids.add(entry.at("/resource/id").asText()));
      path = next(page);
      pages++;
    }

    assertThat(ids).hasSize(5).doesNotHaveDuplicates();
    assertThat(pages).isEqualTo(3);
  }

  @Test
  void shouldReadOneByTheIndexThatItIsProvedBy() throws Exception {
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      AuditScene.record(trail, scene.read(scene.organisation, scene.patient));
    }
    long index = scene.awaitEntry(scene.reads(), scene.auditor).get("index").asLong();

    JsonNode event = scene.client.json("/fhir/AuditEvent/" + index, scene.auditor);

    assertThat(event.get("resourceType").asText()).isEqualTo("AuditEvent");
    assertThat(event.get("id").asText()).isEqualTo(Long.toString(index));
    assertThat(event.at("/meta/profile/0").asText()).endsWith("IHE.BasicAudit.PatientRead");
    String stranger = AuditClient.token(UUID.randomUUID(), "auditor");
    assertOutcome("/fhir/AuditEvent/" + index, stranger, 404, "not-found");
    assertThat(
            scene
                .awaitEntry("/v1/entries?action=AUDIT_ENTRY_READ", stranger)
                .at("/event/outcome")
                .asText())
        .isEqualTo("DENIED");
    assertOutcome("/fhir/AuditEvent/99999999", scene.auditor, 404, "not-found");
  }

  @Test
  void shouldShowAPatientWhatWasDoneWithTheirOwnData() throws Exception {
    // Given a patient of whom a nurse read, one of whom the same nurse read, and an officer
    UUID other = UUID.randomUUID();
    String login = UUID.randomUUID().toString();
    String own = AuditClient.token(login, scene.organisation, "patient");
    String officer = AuditClient.token(scene.organisation, "privacy-officer");
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      for (UUID one : List.of(scene.patient, other)) {
        AuditScene.record(trail, created(one));
        AuditScene.record(trail, scene.read(scene.organisation, one));
      }
    }
    awaitFound("subtype=observation-read", 2);

    // Then nothing without a binding, and none to what is no patient here
    assertOutcome("/fhir/AuditEvent?patient=" + scene.patient, own, 403, "forbidden");
    assertThat(bind(login, UUID.randomUUID(), officer).statusCode()).isEqualTo(404);
    assertThat(bind(login, scene.patient, scene.auditor).statusCode()).isEqualTo(403);
    String elsewhere = AuditClient.token(UUID.randomUUID(), "privacy-officer");
    assertThat(bind(login, scene.patient, elsewhere).statusCode()).isEqualTo(404);

    // And who asks whose a login is stands in the log, also where it is nobody's
    assertThat(whose(login, officer).statusCode()).isEqualTo(404);
    awaitFound("subtype=patient-login-read&entity=Login/" + login, 1);

    // But no word of the officer's own, which nobody could take out of it again
    String name = "maria.schmidt-1951";
    assertThat(whose(name, officer).statusCode()).isEqualTo(400);
    assertThat(bind(name, scene.patient, officer).statusCode()).isEqualTo(400);
    assertThat(ended(name, officer).statusCode()).isEqualTo(404);

    // When
    assertThat(bind(login, scene.patient, officer).statusCode()).isEqualTo(200);
    assertThat(new String(whose(login, officer).body(), StandardCharsets.UTF_8))
        .contains(scene.patient.toString());

    // Then
    JsonNode found =
        scene.client.json(
            "/fhir/AuditEvent?subtype=observation-read&patient=" + scene.patient, own);
    assertThat(found.get("entry")).hasSize(1);
    assertThat(found.toString()).contains("nurse", "clinician").doesNotContain(other.toString());
    String id = found.at("/entry/0/resource/id").asText();
    assertThat(scene.client.json("/fhir/AuditEvent/" + id, own).get("id").asText()).isEqualTo(id);
    assertOutcome("/fhir/AuditEvent", own, 403, "forbidden");
    assertOutcome("/fhir/AuditEvent?patient=" + other, own, 403, "forbidden");
    String foreign =
        scene
            .client
            .json("/fhir/AuditEvent?subtype=observation-read&patient=" + other, scene.auditor)
            .at("/entry/0/resource/id")
            .asText();
    assertOutcome("/fhir/AuditEvent/" + foreign, own, 404, "not-found");
    // Also with a cursor that somebody made for another patient
    assertOutcome(
        "/fhir/AuditEvent?_cursor="
            + CursorFormat.write(
                new CursorFormat.Place(
                    new SearchParameters(java.util.Map.of("patient", List.of(other.toString()))),
                    Long.MAX_VALUE)),
        own,
        403,
        "forbidden");
    // The binding and the looks are in the log, among what the patient sees
    awaitFound("subtype=patient-login-bound&patient=" + scene.patient, 1);
    awaitFound("subtype=patient-login-read&patient=" + scene.patient, 1);
    await()
        .atMost(AuditScene.SOON)
        .until(
            () ->
                scene
                    .client
                    .json("/fhir/AuditEvent?subtype=audit-searched&patient=" + scene.patient, own)
                    .toString()
                    .contains(login));

    // When the binding ends
    assertThat(ended(login, officer).statusCode()).isEqualTo(204);

    // Then so does the access
    assertOutcome("/fhir/AuditEvent?patient=" + scene.patient, own, 403, "forbidden");
    awaitFound("subtype=patient-login-ended&entity=Login/" + login, 1);
    assertThat(found("entity=Login/" + name)).isEmpty();
  }

  @Test
  void shouldAnswerErrorsAsOperationOutcomes() {
    assertOutcome("/fhir/AuditEvent?patient=nobody", scene.auditor, 400, "invalid");
    assertOutcome("/fhir/AuditEvent?_sort=date", scene.auditor, 400, "invalid");
    assertOutcome("/fhir/AuditEvent?_cursor=x", scene.auditor, 400, "invalid");
    assertOutcome("/fhir/AuditEvent?_cursor=x&patient=y", scene.auditor, 400, "invalid");
    assertOutcome("/fhir/AuditEvent/no-index", scene.auditor, 404, "not-found");
    String clinician = AuditClient.token(scene.organisation, "clinician");
    assertOutcome("/fhir/AuditEvent", clinician, 403, "forbidden");
    HttpResponse<byte[]> anonymous = scene.client.get("/fhir/AuditEvent", Optional.empty());
    assertThat(anonymous.statusCode()).isEqualTo(401);
  }

  @Test
  void shouldSayWhatItCanDo() throws Exception {
    HttpResponse<byte[]> answer = scene.client.get("/fhir/metadata", Optional.empty());

    JsonNode statement = JSON.readTree(answer.body());
    assertThat(statement.get("resourceType").asText()).isEqualTo("CapabilityStatement");
    assertThat(statement.at("/rest/0/resource/0/type").asText()).isEqualTo("AuditEvent");
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/fhir+json");
  }

  private AuditEvent created(UUID patient) {
    return scene.read(scene.organisation, patient).toBuilder()
        .setAction(AuditAction.AUDIT_ACTION_PATIENT_CREATED)
        .build();
  }

  private HttpResponse<byte[]> bind(String login, UUID patient, String token) {
    return scene.client.send(
        "PUT", "/v1/patient-logins/" + login, "{\"patient\":\"" + patient + "\"}", token);
  }

  private HttpResponse<byte[]> whose(String login, String token) {
    return scene.client.get("/v1/patient-logins/" + login, Optional.of(token));
  }

  private HttpResponse<byte[]> ended(String login, String token) {
    return scene.client.send("DELETE", "/v1/patient-logins/" + login, "", token);
  }

  private void awaitFound(String search, int count) {
    await().atMost(AuditScene.SOON).until(() -> found(search).size() == count);
  }

  private List<JsonNode> found(String search) {
    List<JsonNode> found = new ArrayList<>();
    scene
        .client
        .json("/fhir/AuditEvent?" + search, scene.auditor)
        .path("entry")
        .forEach(entry -> found.add(entry.get("resource")));
    return found;
  }

  private static @Nullable String next(JsonNode page) {
    for (JsonNode link : page.get("link")) {
      if (link.get("relation").asText().equals("next")) {
        String url = link.get("url").asText();
        return url.substring(url.indexOf("/fhir/"));
      }
    }
    return null;
  }

  private void assertOutcome(String path, String token, int status, String code) {
    HttpResponse<byte[]> answer = scene.client.get(path, Optional.of(token));
    String body = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(answer.statusCode()).as(path + " " + body).isEqualTo(status);
    assertThat(body).contains("OperationOutcome", "\"code\":\"" + code + "\"");
  }
}
