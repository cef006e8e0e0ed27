package io.pulsewarden.registry.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.pulsewarden.contracts.telemetry.v1.DeviceActivity;
import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.pulsewarden.registry.testing.TelemetryReports;
import io.pulsewarden.registry.testing.Token;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class DeviceFilterIT {

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  private Registry registry;
  private UUID plain;

  @BeforeEach
  void setUp() {
    registry = Registry.ofNewOrganisation(base);
    plain = registry.device();
  }

  @Test
  void shouldFilterByStateModelAndOrganisation() {
    UUID gateway = registry.device("gateway");
    registry.transition(gateway, "quarantine", "recall").then().statusCode(200);

    assertThat(found("state", "quarantined")).containsExactly(gateway.toString());
    assertThat(found("state", "registered")).containsExactly(plain.toString());
    assertThat(found("model", "PX-1")).hasSize(2);
    assertThat(found("model", "PX-2")).isEmpty();
    assertThat(found("organisation", registry.organisation().toString())).hasSize(2);
    assertThat(found("organisation", UUID.randomUUID().toString())).isEmpty();
  }

  @Test
  void shouldFindWhoseCertificateExpires() {
    UUID enrolled = registry.device();
    registry.enrol(enrolled, registry.claim(enrolled), Csr.fresh()).then().statusCode(200);
    Instant now = Clock.systemUTC().instant();

    assertThat(found("certificateExpiringBefore", now.plus(Duration.ofDays(400)).toString()))
        .containsExactly(enrolled.toString());
    assertThat(found("certificateExpiringBefore", now.plus(Duration.ofMinutes(1)).toString()))
        .isEmpty();
  }

  @Test
  void shouldFindWhatWasNotSeen() {
    UUID seen = registry.device();
    TelemetryReports.send(
        seen,
        DeviceActivity.newBuilder()
            .setDeviceId(seen.toString())
            .setOrganisationId(registry.organisation().toString())
            .setConnectedAtMs(1_700_000_000_000L)
            .build()
            .toByteArray());
    await()
        .untilAsserted(
            () ->
                registry
                    .admin()
                    .get("/v1/devices/" + seen)
                    .then()
                    .body("activity.seenAt", notNullValue()));

    assertThat(found("lastSeenBefore", "2023-11-14T22:13:20Z")).containsExactly(plain.toString());
    assertThat(found("lastSeenBefore", "2023-11-14T22:13:21Z")).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "state, happy",
    "state, ACTIVE",
    "organisation, mine",
    "certificateExpiringBefore, tomorrow",
    "lastSeenBefore, 2026-01-01"
  })
  void shouldNameAWrongParameter(String name, String value) {
    registry
        .admin()
        .queryParam(name, value)
        .get("/v1/devices")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("code", equalTo("invalid-parameter"))
        .body("field", equalTo(name));
  }

  @Test
  void shouldRegisterOnceForAKey() throws Exception {
    String key = UUID.randomUUID().toString();
    Map<String, String> body =
        Map.of("serialNumber", "SN-K", "model", "PX-1", "manufacturer", "Acme");

    try (ExecutorService both = Executors.newFixedThreadPool(2)) {
      Callable<String> create = () -> once(registry, key, body, 201);
      List<Future<String>> ids = both.invokeAll(List.of(create, create));

      assertThat(ids.get(0).get()).isEqualTo(ids.get(1).get());
    }
    registry
        .admin()
        .header("Idempotency-Key", key)
        .body(Map.of("serialNumber", "SN-L", "model", "PX-1", "manufacturer", "Acme"))
        .post("/v1/devices")
        .then()
        .statusCode(422)
        .body("code", equalTo("idempotency-key-reused"));
    once(Registry.ofNewOrganisation(base), key, body, 201);
    registry
        .admin()
        .header("Idempotency-Key", "short")
        .body(body)
        .post("/v1/devices")
        .then()
        .statusCode(400)
        .body("code", equalTo("invalid-header"))
        .body("field", equalTo("Idempotency-Key"));
    assertThat(found("model", "PX-1")).hasSize(2);
  }

  /** Else the second would be told what the first made, and no log would say that it knows. */
  @Test
  void shouldKeepTheKeysOfTwoPeopleApart() {
    String key = UUID.randomUUID().toString();
    Map<String, String> body =
        Map.of("serialNumber", "SN-A", "model", "PX-1", "manufacturer", "Acme");
    String made = once(registry, key, body, 201);

    byAnother(key, "SN-A")
        .then()
        .statusCode(409)
        .body("code", equalTo("device-already-registered"));
    String own = byAnother(key, "SN-B").then().statusCode(201).extract().path("id");

    assertThat(own).isNotEqualTo(made);
    assertThat(once(registry, key, body, 201)).isEqualTo(made);
  }

  private Response byAnother(String key, String serialNumber) {
    return registry
        .withToken(Token.ofPerson("another-admin", Token.ADMIN, registry.organisation()))
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", key)
        .body(Map.of("serialNumber", serialNumber, "model", "PX-1", "manufacturer", "Acme"))
        .post("/v1/devices");
  }

  private static String once(Registry registry, String key, Map<String, String> body, int status) {
    return registry
        .admin()
        .header("Idempotency-Key", key)
        .body(body)
        .post("/v1/devices")
        .then()
        .statusCode(status)
        .extract()
        .path("id");
  }

  private List<String> found(String name, String value) {
    return registry
        .admin()
        .queryParam(name, value)
        .get("/v1/devices")
        .then()
        .statusCode(200)
        .extract()
        .path("items.id");
  }
}
