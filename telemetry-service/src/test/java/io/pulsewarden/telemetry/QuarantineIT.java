package io.pulsewarden.telemetry;

import static io.pulsewarden.telemetry.Clinic.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.auditclient.TextProofs;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Sealing;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people decide about refused input. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class QuarantineIT {

  private static final long TIME = RefusedInput.TIME;
  private static final String PAYLOAD = RefusedInput.PAYLOAD;

  private static final Set<AuditAction> DECISIONS =
      Set.of(
          AuditAction.AUDIT_ACTION_QUARANTINE_REPLAYED,
          AuditAction.AUDIT_ACTION_QUARANTINE_DISCARDED);

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Sealing sealing;
  @Inject DeviceDirectory directory;
  @Inject InMemoryBaseKeys keys;

  private Clinic clinic;
  private RefusedInput refused;

  @BeforeEach
  void open() {
    clinic = new Clinic(base, sealing);
    refused = new RefusedInput(clinic, sealing, directory);
  }

  @AfterEach
  void close() {
    clinic.close();
  }

  @Test
  void shouldReplayWhatTheTableKnowsByNowOnceAndForTheWearer() {
    UUID anna = clinic.patientInCare("MRN-replayed");
    refused.worn(anna);
    // The code was not in the table when this was refused.
    refused.refuse("unknown-code", PAYLOAD, TIME);
    String id =
        refused
            .awaitItems("/v1/quarantine?device=" + clinic.device, clinic.adminToken(), 1)
            .getFirst()
            .get("id")
            .asText();

    HttpResponse<String> replayed =
        refused.decide(id, "replay", clinic.adminToken(), "table-mended");
    HttpResponse<String> again = refused.decide(id, "replay", clinic.adminToken(), "table-mended");

    assertThat(replayed.statusCode()).isEqualTo(200);
    assertThat(json(replayed).get("accepted").asInt()).isEqualTo(1);
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(refused.decide(id, "discard", clinic.adminToken(), "mistake").statusCode())
        .isEqualTo(409);
    await()
        .untilAsserted(
            () ->
                assertThat(clinic.searchAll("patient=" + anna, clinic.nurseToken()))
                    .extracting(one -> one.at("/valueQuantity/value").asText())
                    .containsExactly("24"));
    assertThat(json(clinic.get("/v1/quarantine", clinic.adminToken())).get("items")).isEmpty();
    await()
        .untilAsserted(
            () ->
                assertThat(AuditTopic.eventsOf(clinic.organisation))
                    .filteredOn(
                        event ->
                            event.getAction() == AuditAction.AUDIT_ACTION_QUARANTINE_REPLAYED
                                && event.getOutcome() == AuditOutcome.AUDIT_OUTCOME_SUCCESS)
                    .singleElement()
                    .satisfies(
                        event -> {
                          assertThat(event.getReasonCode()).isEqualTo("table-mended");
                          assertThat(event.getAgent().getId()).isEqualTo(clinic.admin.toString());
                        }));
  }

  /** Its time is what its number lets be taken, and when it was received first. */
  @Test
  void shouldReplayWhatADeviceWithoutAClockMeasured() {
    UUID anna = clinic.patientInCare("MRN-clockless");
    refused.wornClockless(anna);
    String payload = "[{\"n\":\"3150-6\",\"u\":\"%\",\"v\":24,\"t\":-30}]";
    refused.refuseRelative("unknown-code", payload, TIME, true);
    refused.refuseRelative("unknown-code", payload, TIME + 1, false);

    List<Integer> answers =
        refused.awaitItems("/v1/quarantine", clinic.adminToken(), 2).stream()
            .map(item -> item.get("id").asText())
            .map(id -> refused.decide(id, "replay", clinic.adminToken(), "table-mended"))
            .map(HttpResponse::statusCode)
            .toList();

    assertThat(answers).containsExactlyInAnyOrder(200, 409);
    await()
        .untilAsserted(
            () ->
                assertThat(clinic.searchAll("patient=" + anna, clinic.nurseToken()))
                    .extracting(
                        one -> Instant.parse(one.get("effectiveDateTime").asText()).toEpochMilli())
                    .containsExactly(TIME - 30_000));
    assertThat(json(clinic.get("/v1/quarantine", clinic.adminToken())).get("items")).hasSize(1);
  }

  @Test
  void shouldProveWhatWasExplainedUntilThePatientIsErasedAndNothingAfter() {
    // Given
    UUID anna = clinic.patientInCare("MRN-explained");
    refused.worn(anna);
    refused.refuse("unknown-code", PAYLOAD, TIME);
    String id =
        refused.awaitItems("/v1/quarantine", clinic.adminToken(), 1).getFirst().get("id").asText();
    String text = "The gateway in ward 3 has old firmware.\nAnna was told.";
    String body = "{\"reason\":\"old-firmware\",\"explanation\":\"" + text.replace("\n", "\\n");

    // When
    HttpResponse<String> discarded =
        clinic.post(
            "/v1/quarantine/" + id + "/discard", clinic.adminToken(), body + "\"}", Map.of());

    // Then
    assertThat(discarded.statusCode()).as(discarded.body()).isEqualTo(200);
    AuditEvent event = await().until(this::decided, events -> !events.isEmpty()).getFirst();
    assertThat(event.toString()).doesNotContain("firmware.", "told");
    String privacy = TestTokens.of(UUID.randomUUID(), clinic.organisation, "privacy-officer");
    String path = "/v1/explanations/" + event.getEventId();
    JsonNode shown = json(clinic.get(path, privacy));
    assertThat(shown.get("text").asText()).isEqualTo(text);
    byte[] salt = Base64.getDecoder().decode(shown.get("salt").asText());
    assertThat(TextProofs.proves(event.getTextProof(0), salt, text)).isTrue();
    assertThat(TextProofs.proves(event.getTextProof(0), salt, text + ".")).isFalse();
    assertThat(clinic.get(path, clinic.adminToken()).statusCode()).isEqualTo(403);
    String elsewhere = TestTokens.of(UUID.randomUUID(), UUID.randomUUID(), "privacy-officer");
    assertThat(clinic.get(path, elsewhere).statusCode()).isEqualTo(404);
    assertThat(clinic.get("/v1/explanations/x", privacy).statusCode()).isEqualTo(404);

    // When the patient is erased
    keys.erase(KeySubject.patient(clinic.organisation, anna));

    // Then the text reads erased, and the log has what it had
    JsonNode gone = json(clinic.get(path, privacy));
    assertThat(gone.get("text").asText()).isEqualTo("erased");
    assertThat(gone.get("state").asText()).isEqualTo("erased");
    assertThat(gone.has("salt")).isFalse();
    assertThat(decided()).containsExactly(event);
  }

  @Test
  void shouldRefuseAnExplanationThatIsNoTextAndDecideNothing() {
    refused.refuse("unknown-code", PAYLOAD, TIME);
    String id =
        refused.awaitItems("/v1/quarantine", clinic.adminToken(), 1).getFirst().get("id").asText();
    for (String text : List.of("", "  ", "a\\u0000b", "x".repeat(2_001), "\\ud800")) {
      String body = "{\"reason\":\"mistake\",\"explanation\":\"" + text + "\"}";
      HttpResponse<String> answer =
          clinic.post("/v1/quarantine/" + id + "/discard", clinic.adminToken(), body, Map.of());
      assertThat(answer.statusCode()).as(body).isEqualTo(400);
    }
    assertThat(json(clinic.get("/v1/quarantine", clinic.adminToken())).get("items")).hasSize(1);
  }

  @Test
  void shouldNotReplayIntoTheNameOfAnotherDevice() {
    // Its topic was another's than its sender's: taken from there it would speak for that one.
    refused.worn(clinic.patientInCare("MRN-foreign"));
    refused.refuse("foreign-topic", PAYLOAD, TIME);
    String id =
        refused.awaitItems("/v1/quarantine", clinic.adminToken(), 1).getFirst().get("id").asText();

    HttpResponse<String> replayed = refused.decide(id, "replay", clinic.adminToken(), "try");

    assertThat(replayed.statusCode()).isEqualTo(409);
    assertThat(replayed.body()).contains("foreign-topic");
    assertThat(json(clinic.get("/v1/quarantine", clinic.adminToken())).get("items")).hasSize(1);
  }

  @Test
  void shouldDecideOnceHoweverManyAskAtOnce() throws Exception {
    refused.worn(UUID.randomUUID());
    refused.refuse("unknown-code", PAYLOAD, TIME);
    String id =
        refused.awaitItems("/v1/quarantine", clinic.adminToken(), 1).getFirst().get("id").asText();
    List<Future<HttpResponse<String>>> answers = new ArrayList<>();
    try (ExecutorService people = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 8; i++) {
        String what = i % 2 == 0 ? "replay" : "discard";
        answers.add(people.submit(() -> refused.decide(id, what, clinic.adminToken(), "race")));
      }
    }

    int replayed = 0;
    int discarded = 0;
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i).get().statusCode() == 200) {
        replayed += i % 2 == 0 ? 1 : 0;
        discarded += i % 2 == 0 ? 0 : 1;
      } else {
        assertThat(answers.get(i).get().statusCode()).isEqualTo(409);
      }
    }
    assertThat((replayed == 4) ^ (discarded == 4)).isTrue();
    assertThat(replayed + discarded).isEqualTo(4);
    await()
        .untilAsserted(
            () ->
                assertThat(AuditTopic.eventsOf(clinic.organisation))
                    .filteredOn(
                        event ->
                            DECISIONS.contains(event.getAction())
                                && event.getOutcome() == AuditOutcome.AUDIT_OUTCOME_SUCCESS)
                    .hasSize(1));
  }

  @Test
  void shouldKeepWhatIsRefusedAgain() {
    refused.worn(UUID.randomUUID());
    refused.refuse(
        "impossible-value", "[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":0,\"t\":1795000000}]", TIME);
    String id =
        refused.awaitItems("/v1/quarantine", clinic.adminToken(), 1).getFirst().get("id").asText();

    HttpResponse<String> again = refused.decide(id, "replay", clinic.adminToken(), "try");

    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(again.body()).contains("impossible-value");
    assertThat(json(clinic.get("/v1/quarantine", clinic.adminToken())).get("items")).hasSize(1);
    assertThat(refused.decide(id, "discard", clinic.adminToken(), "sensor-off").statusCode())
        .isEqualTo(200);
    assertThat(json(clinic.get("/v1/quarantine", clinic.adminToken())).get("items")).isEmpty();
  }

  @Test
  void shouldRefuseADecisionWithoutReasonRoleOrInput() {
    refused.refuse("unknown-code", PAYLOAD, TIME);
    String id =
        refused.awaitItems("/v1/quarantine", clinic.adminToken(), 1).getFirst().get("id").asText();
    String elsewhere = TestTokens.of(UUID.randomUUID(), UUID.randomUUID(), "device-admin");

    assertThat(refused.decide(id, "replay", clinic.adminToken(), "Free text!").statusCode())
        .isEqualTo(400);
    assertThat(refused.decide(id, "replay", clinic.nurseToken(), "mine").statusCode())
        .isEqualTo(403);
    assertThat(refused.decide(id, "discard", elsewhere, "theirs").statusCode()).isEqualTo(404);
    assertThat(refused.decide("x", "discard", clinic.adminToken(), "none").statusCode())
        .isEqualTo(404);
    // The registry never said anything of the device.
    assertThat(refused.decide(id, "replay", clinic.adminToken(), "try").statusCode())
        .isEqualTo(409);
    assertThat(json(clinic.get("/v1/quarantine", clinic.adminToken())).get("items")).hasSize(1);
  }

  private List<AuditEvent> decided() {
    return AuditTopic.eventsOf(clinic.organisation).stream()
        .filter(event -> event.getAction() == AuditAction.AUDIT_ACTION_QUARANTINE_DISCARDED)
        .toList();
  }
}
