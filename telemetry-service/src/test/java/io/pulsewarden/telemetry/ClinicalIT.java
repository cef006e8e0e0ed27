package io.pulsewarden.telemetry;

import static io.pulsewarden.telemetry.Clinic.heartRate;
import static io.pulsewarden.telemetry.Clinic.json;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.auditclient.AuditTrail;
import io.pulsewarden.auditclient.RecordingAuditTrail;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.vitals.Reading;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class ClinicalIT {

  private static final long TIME = 1_795_000_000_000L;
  private static final long MINUTE = 60_000;

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Sealing sealing;
  @Inject InMemoryBaseKeys keys;
  @Inject AuditTrail auditTrail;
  @Inject MeterRegistry meters;

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
  void shouldReadBackExactlyWhatWasStored() {
    UUID patient = clinic.patientInCare("MRN-exact");
    clinic.send(
        patient,
        List.of(
            heartRate(TIME, "62.8"),
            new Reading.BloodPressure(TIME, new BigDecimal("121.5"), null, null)));
    List<JsonNode> found = awaitObservations(patient, 2);

    JsonNode pulse = ofCode(found, "8867-4");
    assertThat(pulse.at("/valueQuantity/value").decimalValue()).isEqualTo("62.8");
    assertThat(pulse.at("/valueQuantity/code").asText()).isEqualTo("/min");
    assertThat(pulse.at("/effectiveDateTime").asText()).isEqualTo("2026-11-18T11:06:40.000Z");
    assertThat(pulse.at("/subject/reference").asText()).isEqualTo("Patient/" + patient);
    JsonNode pressure = ofCode(found, "85354-9");
    assertThat(pressure.at("/component/0/valueQuantity/value").decimalValue()).isEqualTo("121.5");
    assertThat(pressure.at("/component/1/dataAbsentReason/coding/0/code").asText())
        .isEqualTo("unknown");

    String id = pulse.get("id").asText();
    HttpResponse<String> read = clinic.get("/fhir/Observation/" + id, clinic.nurseToken());
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(read.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/fhir+json");
    assertThat(json(read)).isEqualTo(pulse);
  }

  @Test
  void shouldShowADuplicateOnceAndAnotherValueAsAmendment() {
    UUID patient = clinic.patientInCare("MRN-twice");
    clinic.send(patient, List.of(heartRate(TIME, "70")));
    clinic.send(patient, List.of(heartRate(TIME, "70"), heartRate(TIME + MINUTE, "71")));
    clinic.send(patient, List.of(heartRate(TIME, "72")));

    List<JsonNode> found = awaitObservations(patient, 3);
    assertThat(found)
        .extracting(
            one -> one.at("/valueQuantity/value").asText() + " " + one.get("status").asText())
        .containsExactly("71 final", "70 final", "72 amended");
    assertThat(ids(found)).doesNotHaveDuplicates();
  }

  @Test
  void shouldPageThroughAllReadingsEachOnceInOrder() {
    UUID patient = clinic.patientInCare("MRN-pages");
    List<Integer> minutes = new ArrayList<>(IntStream.range(0, 2_000).boxed().toList());
    Collections.shuffle(minutes, new Random(7));
    // Packs of many lengths, in no order, each tenth sent again.
    for (int from = 0, pack = 1; from < minutes.size(); from += pack, pack = pack % 37 + 1) {
      List<Reading> readings =
          minutes.subList(from, Math.min(from + pack, minutes.size())).stream()
              .map(minute -> heartRate(TIME + minute * MINUTE, "6" + minute % 10))
              .toList();
      clinic.send(patient, readings);
      if (pack % 10 == 0) {
        clinic.send(patient, readings);
      }
    }
    List<JsonNode> newestFirst = awaitObservations(patient, 2_000);
    List<JsonNode> oldestFirst =
        clinic.searchAll("patient=" + patient + "&_sort=date&_count=333", clinic.nurseToken());

    assertThat(ids(oldestFirst)).isEqualTo(ids(newestFirst).reversed()).doesNotHaveDuplicates();
    assertThat(oldestFirst)
        .extracting(one -> one.get("effectiveDateTime").asText())
        .isSorted()
        .hasSize(2_000);
    assertThat(
            clinic.searchAll(
                "patient="
                    + patient
                    + "&code=8867-4&date=ge2026-11-18T12:00Z&date=lt2026-11-18T13:00Z",
                clinic.nurseToken()))
        .hasSize(60);
  }

  @Test
  void shouldCreateAPatientOnceHoweverManyAsk() throws Exception {
    List<Future<HttpResponse<String>>> answers = new ArrayList<>();
    try (ExecutorService imports = Executors.newFixedThreadPool(12)) {
      for (int i = 0; i < 24; i++) {
        answers.add(imports.submit(() -> clinic.createPatient("MRN-race")));
      }
    }
    List<HttpResponse<String>> done = new ArrayList<>();
    for (Future<HttpResponse<String>> answer : answers) {
      done.add(answer.get());
    }
    assertThat(done).extracting(HttpResponse::statusCode).containsOnly(200, 201);
    assertThat(done).filteredOn(answer -> answer.statusCode() == 201).hasSize(1);
    assertThat(done)
        .extracting(answer -> json(answer).get("id").asText())
        .containsOnly(json(done.getFirst()).get("id").asText());
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
    String id = awaitObservations(patient, 1).getFirst().get("id").asText();
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
    awaitObservations(patient, 1);
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
    String id = awaitObservations(patient, 1).getFirst().get("id").asText();
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
    String id = awaitObservations(patient, 1).getFirst().get("id").asText();
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
    String id = awaitObservations(patient, 1).getFirst().get("id").asText();
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

  @Test
  void shouldAnswer503AndStoreLaterWhenKeysAreAway() {
    UUID patient = clinic.patientInCare("MRN-keyless");
    clinic.send(patient, List.of(heartRate(TIME, "62.8")));
    awaitObservations(patient, 1);
    byte[] later = clinic.vitals(patient, List.of(heartRate(TIME + MINUTE, "63"))).toByteArray();
    keys.unavailable(true);
    try {
      clinic.sendRaw(patient, later);
      HttpResponse<String> answer =
          clinic.get("/fhir/Observation?patient=" + patient, clinic.nurseToken());
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(json(answer).get("resourceType").asText()).isEqualTo("OperationOutcome");
    } finally {
      keys.unavailable(false);
    }
    awaitObservations(patient, 2);
  }

  @Test
  void shouldKeepWhatItCannotReadAndGoOn() throws SQLException {
    UUID patient = clinic.patientInCare("MRN-garbage");
    RecordMetadata garbage = clinic.sendRaw(patient, "no message of ours".getBytes(UTF_8));
    byte[] moved =
        clinic.vitals(patient, List.of(heartRate(TIME, "62.8"))).toBuilder()
            .setLastTimeMs(TIME + 1)
            .build()
            .toByteArray();
    RecordMetadata changed = clinic.sendRaw(patient, moved);
    clinic.send(patient, List.of(heartRate(TIME + MINUTE, "63")));

    awaitObservations(patient, 1);
    assertThat(reasonOf(garbage)).isEqualTo("not-protobuf");
    assertThat(reasonOf(changed)).isEqualTo("rejected-envelope");
  }

  @Test
  void shouldReplayFromKafkaWhenTheDatabaseIsRestoredToAnEarlierState() throws SQLException {
    UUID patient = clinic.patientInCare("MRN-restored");
    RecordMetadata first = clinic.send(patient, List.of(heartRate(TIME, "62.8")));
    clinic.send(patient, List.of(heartRate(TIME + MINUTE, "63")));
    List<String> before = ids(awaitObservations(patient, 2));

    try (Connection database = TelemetryServers.bed().superuserConnection();
        Statement statement = database.createStatement()) {
      database.setAutoCommit(false);
      String later =
          " WHERE partition = %d AND %s >= %d"
              .formatted(first.partition(), "message_offset", first.offset());
      statement.executeUpdate("DELETE FROM vital_block" + later);
      statement.executeUpdate(
          "DELETE FROM stored_range" + later.replace("message_offset", "last_offset"));
      statement.executeUpdate(
          "UPDATE consumer_offset SET next_offset = %d WHERE partition = %d AND topic = '%s'"
              .formatted(first.offset(), first.partition(), first.topic()));
      database.commit();
    }
    assertThat(clinic.searchAll("patient=" + patient, clinic.nurseToken())).isEmpty();
    // The next message shows the consumer that the database is elsewhere.
    clinic.send(patient, List.of(heartRate(TIME + 2 * MINUTE, "64")));

    List<JsonNode> after = awaitObservations(patient, 3);
    assertThat(ids(after)).containsAll(before);
  }

  @Test
  void shouldAnswerErasedForAnErasedPatientAndGoOnStoring() {
    UUID patient = clinic.patientInCare("MRN-erased");
    clinic.send(patient, List.of(heartRate(TIME, "62.8")));
    String id = awaitObservations(patient, 1).getFirst().get("id").asText();
    byte[] late = clinic.vitals(patient, List.of(heartRate(TIME + 1, "63"))).toByteArray();
    keys.erase(KeySubject.patient(clinic.organisation, patient));
    double counted = meters.counter("pulsewarden.store.erased").count();

    RecordMetadata skipped = clinic.sendRaw(patient, late);
    await().until(() -> nextOffset(skipped) > skipped.offset());
    assertThat(meters.counter("pulsewarden.store.erased").count()).isGreaterThan(counted);
    assertThat(clinic.get("/fhir/Observation/" + id, clinic.nurseToken()).statusCode())
        .isEqualTo(410);
    assertThat(clinic.get("/fhir/Observation?patient=" + patient, clinic.nurseToken()).statusCode())
        .isEqualTo(410);
    assertThat(clinic.get("/fhir/Patient/" + patient, clinic.nurseToken()).statusCode())
        .isEqualTo(410);
  }

  @Test
  void shouldRefuseWhatItDoesNotSupport() {
    UUID patient = clinic.patientInCare("MRN-refused");
    String search = "/fhir/Observation?patient=" + patient;
    for (String path :
        List.of(
            "/fhir/Observation",
            "/fhir/Observation?patient=..",
            search + "&status=final",
            search + "&date=ap2026",
            search + "&code=http%3A%2F%2Fsnomed.info%2Fsct%7C1",
            search + "&_sort=code",
            search + "&_count=0",
            "/fhir/Observation?_cursor=AAAA",
            "/fhir/Patient?name=x",
            "/fhir/Patient?identifier=x")) {
      HttpResponse<String> answer = clinic.get(path, clinic.nurseToken());
      assertThat(answer.statusCode()).as(path).isEqualTo(400);
      assertThat(json(answer).get("resourceType").asText()).isEqualTo("OperationOutcome");
    }
    assertThat(clinic.get("/fhir/Observation/nope", clinic.nurseToken()).statusCode())
        .isEqualTo(404);
    HttpResponse<String> anonymous = clinic.getWithoutToken(search);
    assertThat(anonymous.statusCode()).isEqualTo(401);
    assertThat(json(anonymous).get("resourceType").asText()).isEqualTo("OperationOutcome");
    HttpResponse<String> metadata = clinic.getWithoutToken("/fhir/metadata");
    assertThat(json(metadata).get("fhirVersion").asText()).isEqualTo("4.0.1");
  }

  @Test
  void shouldShowTheWayOfADevicesMessages() {
    UUID patient = clinic.patientInCare("MRN-way");
    RecordMetadata sent = clinic.send(patient, List.of(heartRate(TIME, "62.8")));
    String id = awaitObservations(patient, 1).getFirst().get("id").asText();
    String path = "/v1/devices/" + clinic.device + "/delivery";

    JsonNode nurse = json(clinic.get(path, clinic.nurseToken())).at("/messages/0");
    assertThat(nurse.get("partition").asInt()).isEqualTo(sent.partition());
    assertThat(nurse.get("offset").asLong()).isEqualTo(sent.offset());
    assertThat(nurse.at("/observations/0").asText()).isEqualTo(id);
    assertThat(nurse.at("/storedRange/firstOffset").asLong()).isLessThanOrEqualTo(sent.offset());
    assertThat(nurse.at("/storedRange/lastOffset").asLong()).isGreaterThanOrEqualTo(sent.offset());
    JsonNode admin = json(clinic.get(path, clinic.adminToken())).at("/messages/0");
    assertThat(admin.get("offset").asLong()).isEqualTo(sent.offset());
    assertThat(admin.has("observations")).isFalse();
    assertThat(json(clinic.get(path, clinic.outsiderToken())).get("messages")).isEmpty();
  }

  @Test
  void shouldKeepNothingInClear() throws SQLException {
    UUID patient = clinic.patientInCare("MRN-canary-8842");
    clinic.send(patient, List.of(heartRate(TIME, "217.3925")));
    awaitObservations(patient, 1);

    List<String> tables = new ArrayList<>();
    try (Connection database = TelemetryServers.bed().superuserConnection();
        Statement statement = database.createStatement();
        ResultSet names =
            statement.executeQuery("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")) {
      while (names.next()) {
        tables.add(names.getString(1));
      }
      assertThat(tables).contains("vital_block", "patient", "outbox");
      for (String table : tables) {
        assertThat(dump(database, table))
            .as(table)
            .doesNotContain("Canaryfeather", "Zenobia", "MRN-canary", "217.3925", "8867-4");
      }
    }
  }

  private static String dump(Connection database, String table) throws SQLException {
    StringBuilder dump = new StringBuilder();
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM \"" + table + "\"")) {
      while (rows.next()) {
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          Object value = rows.getObject(i);
          dump.append(
                  value instanceof byte[] bytes
                      ? new String(bytes, ISO_8859_1)
                      : String.valueOf(value))
              .append('\n');
        }
      }
    }
    return dump.toString();
  }

  private List<JsonNode> awaitObservations(UUID patient, int count) {
    return await()
        .until(
            () -> clinic.searchAll("patient=" + patient + "&_count=1000", clinic.nurseToken()),
            found -> found.size() >= count);
  }

  private static List<String> ids(List<JsonNode> observations) {
    return observations.stream().map(one -> one.get("id").asText()).toList();
  }

  private static JsonNode ofCode(List<JsonNode> observations, String code) {
    return observations.stream()
        .filter(one -> one.at("/code/coding/0/code").asText().equals(code))
        .findFirst()
        .orElseThrow();
  }

  private static String reasonOf(RecordMetadata message) throws SQLException {
    return number(
        "SELECT reason FROM unreadable_message WHERE topic = ? AND partition = ?"
            + " AND message_offset = "
            + message.offset(),
        message);
  }

  private static long nextOffset(RecordMetadata message) throws SQLException {
    return Long.parseLong(
        number(
            "SELECT next_offset FROM consumer_offset WHERE topic = ? AND partition = ?", message));
  }

  private static String number(String query, RecordMetadata message) throws SQLException {
    try (Connection database = TelemetryServers.bed().superuserConnection();
        PreparedStatement statement = database.prepareStatement(query)) {
      statement.setString(1, message.topic());
      statement.setInt(2, message.partition());
      try (ResultSet rows = statement.executeQuery()) {
        assertThat(rows.next()).isTrue();
        return rows.getString(1);
      }
    }
  }
}
