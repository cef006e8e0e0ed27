package io.pulsewarden.registry.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.deviceregistry.v1.LifecycleState;
import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.pulsewarden.registry.testing.Token;
import io.pulsewarden.registry.testing.TopicReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class DecommissioningResourceIT {

  private static final String REQUEST =
      """
      {"reason": "end-of-life", "sanitisation":
        {"method": "purge", "at": "2026-01-31T08:00:00Z", "reference": "SAN-2026-0042"}}
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
  void shouldRevokeUnassignAndDocumentWhenASecondPersonConfirms() {
    Instant now = Clock.systemUTC().instant();
    registry.assign(
        device, UUID.randomUUID(), now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(1)));
    registry.assign(device, UUID.randomUUID(), now.plus(Duration.ofDays(2)), null);
    registry.enrol(device, registry.claim(device), Csr.fresh()).then().statusCode(200);

    request(REQUEST, "*").then().statusCode(200).body("state", equalTo("enrolled"));
    second()
        .header("If-Match", "*")
        .post(path() + "/confirmation")
        .then()
        .statusCode(200)
        .body("state", equalTo("decommissioned"))
        .body("sanitisation.method", equalTo("purge"))
        .body("sanitisation.reference", equalTo("SAN-2026-0042"))
        .body("confirmedBy", notNullValue());

    registry
        .admin()
        .get("/v1/devices/" + device)
        .then()
        .body("state", equalTo("decommissioned"))
        .body("certificates.revocationReason", everyItem(equalTo("cessationOfOperation")))
        .body("assignments[0].cancelledAt", notNullValue())
        .body("assignments[1].cancelledAt", nullValue())
        .body("assignments[1].version", equalTo(2));
    try (TopicReader feed = TopicReader.ofDeviceStates();
        TopicReader log = TopicReader.ofAudit()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(feed.states(device))
                      .last()
                      .satisfies(
                          state -> {
                            assertThat(state.getLifecycle())
                                .isEqualTo(LifecycleState.LIFECYCLE_STATE_DECOMMISSIONED);
                            assertThat(state.getCredentialsCount()).isZero();
                            assertThat(state.getAssignmentsList())
                                .singleElement()
                                .satisfies(
                                    assignment -> assertThat(assignment.hasUntilMs()).isTrue());
                          }));
      await()
          .untilAsserted(
              () ->
                  assertThat(log.events(AuditAction.AUDIT_ACTION_DEVICE_DECOMMISSIONED, device))
                      .singleElement()
                      .satisfies(
                          event -> assertThat(event.getReasonCode()).isEqualTo("end-of-life")));
    }
  }

  @Test
  void shouldNeedAnotherPerson() {
    request(REQUEST, "\"1\"").then().statusCode(200);

    registry
        .admin()
        .header("If-Match", "*")
        .post(path() + "/confirmation")
        .then()
        .statusCode(403)
        .body("code", equalTo("second-person-needed"));

    state().then().body("state", equalTo("registered"));
  }

  @Test
  void shouldConfirmOnlyWhatWasLookedAt() {
    request(REQUEST, "\"1\"").then().statusCode(200).header("ETag", equalTo("\"2\""));
    registry.transition(device, "quarantine", "recall").then().statusCode(200);

    second()
        .header("If-Match", "\"2\"")
        .post(path() + "/confirmation")
        .then()
        .statusCode(412)
        .body("code", equalTo("precondition-failed"));
    second().post(path() + "/confirmation").then().statusCode(428);
  }

  @Test
  void shouldBeCalledOff() {
    request(REQUEST, "*").then().statusCode(200);

    second().header("If-Match", "*").delete(path()).then().statusCode(204);

    second()
        .header("If-Match", "*")
        .post(path() + "/confirmation")
        .then()
        .statusCode(409)
        .body("code", equalTo("decommissioning-not-requested"));
    registry.admin().get(path()).then().statusCode(404);
  }

  @Test
  void shouldBeTheEnd() {
    request(REQUEST, "*").then().statusCode(200);
    request(REQUEST, "*")
        .then()
        .statusCode(409)
        .body("code", equalTo("decommissioning-already-requested"));
    second().header("If-Match", "*").post(path() + "/confirmation").then().statusCode(200);

    request(REQUEST, "*").then().statusCode(409).body("code", equalTo("device-state-forbids"));
    registry.transition(device, "quarantine", "recall").then().statusCode(409);
    registry.admin().post("/v1/devices/" + device + "/claims").then().statusCode(409);
    registry.assign(device, UUID.randomUUID(), Instant.EPOCH).then().statusCode(409);
    registry
        .revoke(device, "keyCompromise")
        .then()
        .statusCode(200)
        .body("state", equalTo("decommissioned"));
    registry.admin().get(path()).then().statusCode(200).body("reason", equalTo("end-of-life"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|reason",
        "{\"reason\":\"bored\"}|reason",
        "{\"reason\":\"lost\"}|sanitisation",
        "{\"reason\":\"lost\",\"sanitisation\":{}}|sanitisation.method",
        "{\"reason\":\"lost\",\"sanitisation\":{\"method\":\"fire\"}}|sanitisation.method",
        "{\"reason\":\"lost\",\"sanitisation\":{\"method\":\"purge\"}}|sanitisation.at",
        "{\"reason\":\"lost\",\"sanitisation\":{\"method\":\"purge\",\"at\":\"2026-01-01T00:00:00Z\"}}"
            + "|sanitisation.reference",
        "{\"reason\":\"lost\",\"sanitisation\":{\"method\":\"not-possible\",\"reference\":\"Mrs Smith\"}}"
            + "|sanitisation.reference"
      })
  void shouldNameAWrongField(String body, String field) {
    request(body, "*")
        .then()
        .statusCode(400)
        .body("code", equalTo("invalid-field"))
        .body("field", equalTo(field));

    state().then().body("version", equalTo(1));
  }

  @Test
  void shouldRefuseOtherRolesAndOtherOrganisations() {
    registry
        .withToken(Token.of("clinician", registry.organisation().toString()))
        .contentType(ContentType.JSON)
        .header("If-Match", "*")
        .body(REQUEST)
        .post(path())
        .then()
        .statusCode(403);
    Registry.ofNewOrganisation(base)
        .admin()
        .header("If-Match", "*")
        .body(REQUEST)
        .post(path())
        .then()
        .statusCode(404);

    state().then().body("version", equalTo(1));
  }

  private Response request(String body, String version) {
    return registry.admin().header("If-Match", version).body(body).post(path());
  }

  /** Another person, of the role that guards privacy. */
  private RequestSpecification second() {
    return registry
        .withToken(
            Token.ofPerson(
                UUID.randomUUID().toString(), "privacy-officer", registry.organisation()))
        .contentType(ContentType.JSON);
  }

  private Response state() {
    return registry.admin().get("/v1/devices/" + device);
  }

  private String path() {
    return "/v1/devices/" + device + "/decommissioning";
  }
}
