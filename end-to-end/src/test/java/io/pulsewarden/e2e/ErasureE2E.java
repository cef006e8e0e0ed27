package io.pulsewarden.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * One erasure through key management and telemetry, up to the receipt and the reader's 410. It runs
 * before {@link ReplayE2E}: a telemetry-service that was killed can't say what it forgot, so that
 * an erasure after it waits for the hour in which that one could have had keys.
 */
@ExtendWith(PlatformExtension.class)
@Order(1)
final class ErasureE2E {

  private final Platform platform;
  private final People people;
  private final Ward ward;

  ErasureE2E(Platform platform) {
    this.platform = platform;
    this.people = new People(platform);
    this.ward = new Ward(platform, people);
  }

  @Test
  void shouldEraseAPatientOnTwoOfficersWordAndProveIt() throws IOException {
    String patient = ward.admit("Verhoeven", "Vera", "MRN-erasure-1");
    ward.careTeam("nurse", patient);
    String read = platform.address("PW_FHIR_URL") + "/Patient/" + patient;
    people.as("nurse").get(read).then().statusCode(200);
    rotateKeyOf(patient);
    people.as("nurse").get(read).then().statusCode(200);
    String erasure = platform.address("PW_KEYS_URL") + "/v1/patients/" + patient + "/erasure";

    people
        .toKeyManagementAs("privacy")
        .contentType(ContentType.JSON)
        .body(Map.of("reason", "patient-request", "legalBasis", "gdpr-art-17"))
        .post(erasure)
        .then()
        .statusCode(201);
    people.toKeyManagementAs("privacy").post(erasure + "/confirmation").then().statusCode(409);
    people.as("nurse").get(read).then().statusCode(200);
    people
        .toKeyManagementAs("privacy-deputy")
        .post(erasure + "/confirmation")
        .then()
        .statusCode(200);

    await()
        .atMost(Duration.ofMinutes(5))
        .untilAsserted(
            () ->
                people
                    .toKeyManagementAs("privacy")
                    .get(erasure)
                    .then()
                    .body("state", equalTo("completed")));
    people.as("nurse").get(read).then().statusCode(410).body("issue[0].code", equalTo("deleted"));
    assertThatTheLogStillProvesWhoReadOf(patient);
    JsonNode receipt = receipt(erasure);
    assertThat(receipt.path("patient").asText()).isEqualTo(patient);
    assertThat(receipt.path("destroyed").path("blindIndexes").asInt()).isEqualTo(1);
    assertThat(receipt.path("destroyed").path("subjectKeys").findValuesAsText("version"))
        .containsExactly("1", "2");
    assertThat(receipt.path("holders").findValuesAsText("service")).contains("telemetry-service");
  }

  /** What stands in the log of an erased patient are ids, and the log can't forget them. */
  private void assertThatTheLogStillProvesWhoReadOf(String patient) {
    LogAuditor auditor = new LogAuditor(platform, people);
    Map<String, String> reads =
        Map.of("patient", patient, "actor", people.id("nurse"), "action", "PATIENT_READ");
    // Before the rotation, after it, and before the second officer's word.
    await().atMost(Duration.ofMinutes(5)).until(() -> auditor.entries(reads).size() >= 3);
    auditor.entries(reads).forEach(entry -> auditor.prove(entry.path("index").asLong()));
  }

  /** What was sealed before stays readable; the erasure has two keys to destroy. */
  private void rotateKeyOf(String patient) {
    people
        .toKeyManagementAs("custodian")
        .contentType(ContentType.JSON)
        .body(Map.of("subjects", List.of(Map.of("kind", "patient", "id", patient))))
        .post(platform.address("PW_KEYS_URL") + "/v1/subject-key-rotations")
        .then()
        .statusCode(200)
        .body("items[0].outcome", equalTo("rotated"))
        .body("items[0].version", equalTo(2));
  }

  /** What it says; that its signature holds, key management's own tests check. */
  private JsonNode receipt(String erasure) throws IOException {
    String jws =
        people
            .toKeyManagementAs("privacy")
            .get(erasure + "/receipt")
            .then()
            .statusCode(200)
            .extract()
            .asString();
    return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(jws.split("\\.", -1)[1]));
  }
}
