package io.pulsewarden.registry.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.pulsewarden.registry.testing.Token;
import io.pulsewarden.registry.testing.TopicReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class MaintenanceResourceIT {

  private static final String CALIBRATED =
      """
      {"kind": "calibration", "outcome": "passed", "performedAt": "2026-01-31T08:00:00Z",
       "nextDueAt": "2027-01-31T00:00:00Z", "reference": "WO-4711"}
      """;
  private static final String REPAIRED =
      """
      {"kind": "repair", "outcome": "failed", "performedAt": "2026-02-01T08:00:00Z"}
      """;

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  private Registry registry;
  private UUID device;

  @BeforeEach
  void setUp() {
    registry = Registry.ofNewOrganisation(base);
    device = registry.device();
  }

  @Test
  void shouldRecordWhatWasDoneNewestFirst() {
    record(CALIBRATED).then().statusCode(201).body("reference", equalTo("WO-4711"));
    record(REPAIRED).then().statusCode(201);

    registry
        .admin()
        .get(path())
        .then()
        .statusCode(200)
        .body("items.kind", contains("repair", "calibration"));
    try (TopicReader log = TopicReader.ofAudit()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(log.events(AuditAction.AUDIT_ACTION_MAINTENANCE_RECORDED, device))
                      .extracting(event -> event.getReasonCode())
                      .containsExactly("calibration/passed", "repair/failed"));
    }
  }

  @Test
  void shouldRecordOnceForAKey() {
    String key = UUID.randomUUID().toString();
    String id = once(key, CALIBRATED).then().statusCode(201).extract().path("id");

    once(key, CALIBRATED).then().statusCode(201).body("id", equalTo(id));
    once(key, REPAIRED).then().statusCode(422).body("code", equalTo("idempotency-key-reused"));

    registry.admin().get(path()).then().body("items", hasSize(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|kind",
        "{\"kind\":\"magic\"}|kind",
        "{\"kind\":\"repair\"}|outcome",
        "{\"kind\":\"repair\",\"outcome\":\"passed\"}|performedAt",
        "{\"kind\":\"repair\",\"outcome\":\"passed\",\"performedAt\":\"2300-01-01T00:00:00Z\"}"
            + "|performedAt",
        "{\"kind\":\"repair\",\"outcome\":\"passed\",\"performedAt\":\"2026-01-01T00:00:00Z\","
            + "\"nextDueAt\":\"2025-01-01T00:00:00Z\"}|nextDueAt",
        "{\"kind\":\"repair\",\"outcome\":\"passed\",\"performedAt\":\"2026-01-01T00:00:00Z\","
            + "\"reference\":\"Mrs Smith said so\"}|reference"
      })
  void shouldNameAWrongField(String body, String field) {
    record(body)
        .then()
        .statusCode(400)
        .body("code", equalTo("invalid-field"))
        .body("field", equalTo(field));

    registry.admin().get(path()).then().body("items", hasSize(0));
  }

  @Test
  void shouldRefuseOtherRolesAndOtherOrganisations() {
    registry
        .withToken(Token.of("clinician", registry.organisation().toString()))
        .contentType(ContentType.JSON)
        .body(CALIBRATED)
        .post(path())
        .then()
        .statusCode(403);
    Registry other = Registry.ofNewOrganisation(base);
    other.admin().body(CALIBRATED).post(path()).then().statusCode(404);
    other.admin().get(path()).then().statusCode(404);

    registry.admin().get(path()).then().body("items", hasSize(0));
  }

  private Response record(String body) {
    return registry.admin().body(body).post(path());
  }

  private Response once(String key, String body) {
    return registry.admin().header("Idempotency-Key", key).body(body).post(path());
  }

  private String path() {
    return "/v1/devices/" + device + "/maintenance-records";
  }
}
