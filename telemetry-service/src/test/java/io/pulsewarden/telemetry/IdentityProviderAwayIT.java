package io.pulsewarden.telemetry;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Two paths of the service belong to a tenant whose identity provider nobody can reach. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class IdentityProviderAwayIT {

  static final String PLAIN = "/v1/devices/00000000-0000-4000-8000-00000000a3a1/delivery";
  static final String FHIR = "/fhir/Patient/00000000-0000-4000-8000-00000000a3a1";

  @Test
  void shouldAnswerUnavailableAndNotFailed() {
    asSomebody()
        .get(PLAIN)
        .then()
        .statusCode(503)
        .contentType("application/problem+json")
        .header("Retry-After", "2")
        .body("code", equalTo("unavailable"));
  }

  @Test
  void shouldAnswerAnOperationOutcomeBelowFhir() {
    asSomebody()
        .get(FHIR)
        .then()
        .statusCode(503)
        .contentType("application/fhir+json")
        .body("issue[0].code", equalTo("transient"));
  }

  private static RequestSpecification asSomebody() {
    return given()
        .relaxedHTTPSValidation()
        .auth()
        .oauth2(TestTokens.of(UUID.randomUUID(), UUID.randomUUID(), "device-admin"));
  }
}
