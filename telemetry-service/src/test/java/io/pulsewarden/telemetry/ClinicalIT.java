package io.pulsewarden.telemetry;

import static io.pulsewarden.telemetry.Clinic.heartRate;
import static io.pulsewarden.telemetry.Clinic.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.auditclient.AuditTrail;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.vitals.Reading;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What FHIR searches and reads answer. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class ClinicalIT {

  private static final long TIME = 1_795_000_000_000L;
  private static final long MINUTE = 60_000;

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
  void shouldReadBackExactlyWhatWasStored() {
    UUID patient = clinic.patientInCare("MRN-exact");
    clinic.send(
        patient,
        List.of(
            heartRate(TIME, "62.8"),
            new Reading.BloodPressure(TIME, new BigDecimal("121.5"), null, null)));
    List<JsonNode> found = clinic.awaitObservations(patient, 2);

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

    List<JsonNode> found = clinic.awaitObservations(patient, 3);
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
    List<JsonNode> newestFirst = clinic.awaitObservations(patient, 2_000);
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

  private static List<String> ids(List<JsonNode> observations) {
    return observations.stream().map(one -> one.get("id").asText()).toList();
  }

  private static JsonNode ofCode(List<JsonNode> observations, String code) {
    return observations.stream()
        .filter(one -> one.at("/code/coding/0/code").asText().equals(code))
        .findFirst()
        .orElseThrow();
  }
}
