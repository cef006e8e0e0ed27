package io.pulsewarden.telemetry;

import static io.pulsewarden.telemetry.Clinic.heartRate;
import static io.pulsewarden.telemetry.Clinic.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.auditclient.AuditTrail;
import io.pulsewarden.auditclient.RecordingAuditTrail;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.telemetry.keys.Sealing;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who sees what, and what the audit log has of it. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class WallsIT {

  private static final long TIME = 1_795_000_000_000L;

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Sealing sealing;
  @Inject AuditTrail auditTrail;

  private Clinic clinic;

  @BeforeEach
  void open() {
    clinic = new Clinic(base, sealing);
    await().until(() -> auditTrail.healthy());
  }

  @AfterEach
  void close() {
    clinic.close();
  }

  @Test
  void shouldFindAPatientByIdentifierInTheCareTeamAlone() {
    UUID patient = clinic.patientInCare("MRN-find");
    String search = "/fhir/Patient?identifier=urn%3Amrn%7CMRN-find";

    JsonNode found = json(clinic.get(search, clinic.nurseToken()));
    assertThat(found.at("/entry/0/resource/name/0/family").asText()).isEqualTo("Canaryfeather");
    assertThat(found.at("/entry/0/resource/id").asText()).isEqualTo(patient.toString());
    assertThat(json(clinic.get(search, clinic.outsiderToken())).has("entry")).isFalse();
    String elsewhere = TestTokens.of(clinic.nurse, UUID.randomUUID(), "clinician", "patient-admin");
    assertThat(json(clinic.get(search, elsewhere)).has("entry")).isFalse();
    assertThat(clinic.get("/fhir/Patient/" + patient, elsewhere).statusCode()).isEqualTo(404);
  }

  @Test
  void shouldShowNothingOutsideTheCareTeamAndSaySoInTheLog() {
    UUID patient = clinic.patientInCare("MRN-wall");
    clinic.send(patient, List.of(heartRate(TIME, "62.8")));
    String id = clinic.awaitObservations(patient, 1).getFirst().get("id").asText();
    String search = "/fhir/Observation?patient=" + patient;

    HttpResponse<String> searched = clinic.get(search, clinic.outsiderToken());
    assertThat(searched.statusCode()).isEqualTo(200);
    assertThat(json(searched).has("entry")).isFalse();
    HttpResponse<String> read = clinic.get("/fhir/Observation/" + id, clinic.outsiderToken());
    assertThat(read.statusCode()).isEqualTo(404);
    assertThat(json(read).get("resourceType").asText()).isEqualTo("OperationOutcome");
    assertThat(clinic.get(search, clinic.adminToken()).statusCode()).isEqualTo(403);
    String elsewhere = TestTokens.of(clinic.nurse, UUID.randomUUID(), "clinician");
    assertThat(clinic.get("/fhir/Observation/" + id, elsewhere).statusCode()).isEqualTo(404);

    List<AuditEvent> denied =
        AuditTopic.eventsOf(clinic.organisation).stream()
            .filter(event -> event.getOutcome() == AuditOutcome.AUDIT_OUTCOME_DENIED)
            .toList();
    assertThat(denied)
        .extracting(AuditEvent::getAction, AuditEvent::getReasonCode)
        .containsExactly(
            tuple(AuditAction.AUDIT_ACTION_OBSERVATION_SEARCHED, "not-in-care-team"),
            tuple(AuditAction.AUDIT_ACTION_OBSERVATION_READ, "not-in-care-team"),
            tuple(AuditAction.AUDIT_ACTION_OBSERVATION_SEARCHED, "role-missing"));
    assertThat(denied)
        .allSatisfy(
            event -> assertThat(event.getPatientIdList()).containsExactly(patient.toString()));
  }

  @Test
  void shouldSeeNothingAfterLeavingTheCareTeam() {
    UUID patient = clinic.patientInCare("MRN-leaves");
    clinic.send(patient, List.of(heartRate(TIME, "62.8")));
    clinic.awaitObservations(patient, 1);
    String team =
        json(clinic.get("/v1/care-teams", clinic.adminToken())).at("/items/0/id").asText();
    assertThat(
            clinic
                .delete("/v1/care-teams/" + team + "/members/" + clinic.nurse, clinic.adminToken())
                .statusCode())
        .isEqualTo(204);
    assertThat(clinic.searchAll("patient=" + patient, clinic.nurseToken())).isEmpty();
  }

  @Test
  void shouldHaveAnEntryOfEachRead() {
    UUID patient = clinic.patientInCare("MRN-entry");
    clinic.send(patient, List.of(heartRate(TIME, "62.8")));
    String id = clinic.awaitObservations(patient, 1).getFirst().get("id").asText();
    assertThat(clinic.get("/fhir/Observation/" + id, clinic.nurseToken()).statusCode())
        .isEqualTo(200);

    assertThat(AuditTopic.eventsOf(clinic.organisation))
        .filteredOn(event -> event.getAction() == AuditAction.AUDIT_ACTION_OBSERVATION_READ)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getEntity(0).getId()).isEqualTo(id);
              assertThat(event.getAgent().getId()).isEqualTo(clinic.nurse.toString());
              assertThat(event.getPatientIdList()).containsExactly(patient.toString());
            });
    await()
        .untilAsserted(
            () ->
                assertThat(AuditTopic.eventsOf(clinic.organisation))
                    .anySatisfy(
                        event -> {
                          assertThat(event.getAction())
                              .isEqualTo(AuditAction.AUDIT_ACTION_VITALS_STORED);
                          assertThat(event.getStoredRange().getRecordCount()).isEqualTo(1);
                        }));
  }

  @Test
  void shouldAnswerNothingWhenTheAuditLogIsAway() {
    UUID patient = clinic.patientInCare("MRN-unaudited");
    clinic.send(patient, List.of(heartRate(TIME, "62.8")));
    String id = clinic.awaitObservations(patient, 1).getFirst().get("id").asText();
    RecordingAuditTrail away = new RecordingAuditTrail();
    away.setAvailable(false);
    QuarkusMock.installMockForType(away, AuditTrail.class);

    for (String path :
        List.of(
            "/fhir/Observation/" + id,
            "/fhir/Observation?patient=" + patient,
            "/fhir/Patient/" + patient,
            "/fhir/Patient?identifier=urn%3Amrn%7CMRN-unaudited",
            "/v1/devices/" + clinic.device + "/delivery")) {
      HttpResponse<String> answer = clinic.get(path, clinic.nurseToken());
      assertThat(answer.statusCode()).as(path).isEqualTo(503);
      assertThat(answer.body())
          .doesNotContain("62.8", "Canaryfeather", "MRN-unaudited", patient.toString());
    }
  }

  @Test
  void shouldAnswerNothingWhileTheAuditLogIsTooFarBehind() {
    UUID patient = clinic.patientInCare("MRN-behind");
    clinic.send(patient, List.of(heartRate(TIME, "62.8")));
    String id = clinic.awaitObservations(patient, 1).getFirst().get("id").asText();
    AuditTopic.logReached(0);
    try {
      for (String path : List.of("/fhir/Observation/" + id, "/fhir/Patient/" + patient)) {
        await().until(() -> clinic.get(path, clinic.nurseToken()).statusCode() == 503);
        HttpResponse<String> answer = clinic.get(path, clinic.nurseToken());
        assertThat(answer.statusCode()).as(path).isEqualTo(503);
        assertThat(answer.body()).doesNotContain("62.8", "Canaryfeather", patient.toString());
      }
    } finally {
      AuditTopic.logReached(Long.MAX_VALUE);
    }
    await()
        .until(
            () -> clinic.get("/fhir/Observation/" + id, clinic.nurseToken()).statusCode() == 200);
  }
}
