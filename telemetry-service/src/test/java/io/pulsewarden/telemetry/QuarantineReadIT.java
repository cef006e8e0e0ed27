package io.pulsewarden.telemetry;

import static io.pulsewarden.telemetry.Clinic.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.keys.Sealing;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is shown what of refused input. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class QuarantineReadIT {

  private static final long TIME = RefusedInput.TIME;
  private static final String PAYLOAD = RefusedInput.PAYLOAD;

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Sealing sealing;
  @Inject DeviceDirectory directory;

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
  void shouldShowToEachRoleWhatItMaySee() {
    refused.refuse("impossible-value", "{\"n\":\"8867-4\",\"v\":0}", TIME);
    String path = "/v1/quarantine?device=" + clinic.device;
    JsonNode admin = refused.awaitItems(path, clinic.adminToken(), 1).getFirst();
    assertThat(admin.get("reason").asText()).isEqualTo("impossible-value");
    assertThat(admin.get("recordIndex").asInt()).isEqualTo(3);
    assertThat(admin.get("recordTime").asText()).isEqualTo("2026-11-18T11:06:40Z");
    assertThat(admin.has("payload") || admin.has("code") || admin.has("detail")).isFalse();

    String privacy = TestTokens.of(UUID.randomUUID(), clinic.organisation, "privacy-officer");
    JsonNode whole = json(clinic.get(path, privacy)).at("/items/0");
    assertThat(whole.get("payload").asText()).isEqualTo("{\"n\":\"8867-4\",\"v\":0}");
    assertThat(whole.get("code").asText()).isEqualTo("8867-4");

    assertThat(json(clinic.get(path, clinic.outsiderToken())).get("items")).isEmpty();
    String nobody = TestTokens.of(UUID.randomUUID(), clinic.organisation, "patient-admin");
    assertThat(clinic.get(path, nobody).statusCode()).isEqualTo(403);
    String elsewhere = TestTokens.of(UUID.randomUUID(), UUID.randomUUID(), "privacy-officer");
    assertThat(json(clinic.get(path, elsewhere)).get("items")).isEmpty();
  }

  @Test
  void shouldPageTheLatestFirst() {
    for (int i = 0; i < 25; i++) {
      refused.refuse("unknown-code", "{}", TIME + i);
    }
    refused.awaitItems("/v1/quarantine", clinic.adminToken(), 25);
    List<Instant> times = new ArrayList<>();
    String next = "";
    do {
      JsonNode page = json(clinic.get("/v1/quarantine?limit=10" + next, clinic.adminToken()));
      page.get("items").forEach(item -> times.add(Instant.parse(item.get("receivedAt").asText())));
      next = page.has("next") ? "&cursor=" + page.get("next").asText() : "";
    } while (!next.isEmpty());
    assertThat(times)
        .hasSize(25)
        .doesNotHaveDuplicates()
        .isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(clinic.get("/v1/quarantine?cursor=AAAA", clinic.adminToken()).statusCode())
        .isEqualTo(400);
  }

  @Test
  void shouldShowAClinicianWhatADeviceOfTheirPatientSent() {
    UUID anna = clinic.patientInCare("MRN-quarantine");
    refused.worn(anna);
    refused.refuse("unknown-code", PAYLOAD, TIME);
    String path = "/v1/quarantine?device=" + clinic.device;

    JsonNode seen = refused.awaitItems(path, clinic.nurseToken(), 1).getFirst();
    assertThat(seen.get("payload").asText()).isEqualTo(PAYLOAD);
    assertThat(json(clinic.get(path, clinic.outsiderToken())).get("items")).isEmpty();
    assertThat(AuditTopic.eventsOf(clinic.organisation))
        .filteredOn(event -> event.getAction() == AuditAction.AUDIT_ACTION_QUARANTINE_READ)
        .anyMatch(event -> event.getPatientIdList().contains(anna.toString()));
  }

  @Test
  void shouldNotShowItToTheClinicianOfWhoWoreTheDeviceAtAnotherTime() {
    UUID anna = clinic.patientInCare("MRN-wore-it-before");
    refused.worn(anna, 0, TIME);
    refused.refuse("unknown-code", PAYLOAD, TIME);
    String path = "/v1/quarantine?device=" + clinic.device;
    refused.awaitItems(path, clinic.adminToken(), 1);

    assertThat(json(clinic.get(path, clinic.nurseToken())).get("items")).isEmpty();
    String both = TestTokens.of(clinic.nurse, clinic.organisation, "clinician", "device-admin");
    JsonNode seen = json(clinic.get(path, both)).at("/items/0");
    assertThat(seen.get("reason").asText()).isEqualTo("unknown-code");
    assertThat(seen.has("payload") || seen.has("code") || seen.has("detail")).isFalse();
  }

  @Test
  void shouldShowAWholeMessageToWhoCaresForAllWhoWoreTheDeviceBefore() {
    // Given two patients who wore the device one after the other, each in another's care
    UUID anna = UUID.randomUUID();
    UUID bert = clinic.patientInCare("MRN-wears-it-now");
    refused.worn(
        new Assignment(UUID.randomUUID(), 1, anna, 0, TIME - 60_000),
        new Assignment(UUID.randomUUID(), 1, bert, TIME - 60_000, Long.MAX_VALUE));
    String path = "/v1/quarantine?device=" + clinic.device;
    String backlog = "[{\"n\":\"8867-4\",\"n\":\"8867-4\",\"u\":\"/min\",\"v\":62}]";

    // When a message comes that can't be read, and one of Bert's alone
    refused.refuseWhole("not-senml", backlog, TIME, anna, bert);
    refused.refuseWhole("not-senml", "of nobody", TIME + 1);
    refused.refuseWhole("not-senml", "bert's", TIME + Duration.ofDays(31).toMillis(), bert);
    refused.awaitItems(path, clinic.adminToken(), 3);

    // Then Bert's nurse is shown what can only be Bert's
    assertThat(json(clinic.get(path, clinic.nurseToken())).get("items"))
        .extracting(item -> item.get("payload").asText())
        .containsExactly("bert's");
    String privacy = TestTokens.of(UUID.randomUUID(), clinic.organisation, "privacy-officer");
    assertThat(json(clinic.get(path, privacy)).get("items"))
        .extracting(item -> item.get("payload").asText())
        .containsExactly("bert's", "of nobody", backlog);
    // And the log names everybody of whom it may have been
    await()
        .untilAsserted(
            () ->
                assertThat(AuditTopic.eventsOf(clinic.organisation))
                    .filteredOn(
                        event -> event.getAction() == AuditAction.AUDIT_ACTION_QUARANTINE_READ)
                    .extracting(event -> Set.copyOf(event.getPatientIdList()))
                    .contains(Set.of(bert.toString()), Set.of(anna.toString(), bert.toString())));
  }

  @Test
  void shouldNotLetTheDevicesClockChooseWhoIsShownWhatItSent() {
    // Given a record of a time that no reading of now may have, when Anna wore the device
    UUID anna = clinic.patientInCare("MRN-wore-it-long-ago");
    long received = TIME + Duration.ofDays(31).toMillis();
    refused.worn(
        new Assignment(UUID.randomUUID(), 1, anna, 0, TIME + 1),
        new Assignment(UUID.randomUUID(), 1, UUID.randomUUID(), TIME + 1, Long.MAX_VALUE));
    refused.refuse("too-old", PAYLOAD, received);
    String path = "/v1/quarantine?device=" + clinic.device;
    refused.awaitItems(path, clinic.adminToken(), 1);

    assertThat(json(clinic.get(path, clinic.nurseToken())).get("items")).isEmpty();
  }
}
