package io.pulsewarden.registry.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.pulsewarden.registry.testing.Token;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ExtractableResponse;
import io.restassured.response.Response;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class DeviceResourceIT {

  private static final String PROBLEM = "application/problem+json";

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  private Registry registry;

  @BeforeEach
  void setUp() {
    registry = Registry.ofNewOrganisation(base);
  }

  @Test
  void shouldRegisterAndReadADevice() {
    String id =
        registry
            .admin()
            .body(
                Map.of(
                    "serialNumber", "SN-1",
                    "model", "PX-1",
                    "manufacturer", "Acme",
                    "udi", "(01)00844588003288(21)SN-1",
                    "kind", "gateway",
                    "clockless", true))
            .post("/v1/devices")
            .then()
            .statusCode(201)
            .body("state", equalTo("registered"))
            .body("version", equalTo(1))
            .body("organisationId", equalTo(registry.organisation().toString()))
            .extract()
            .path("id");

    registry
        .admin()
        .get("/v1/devices/" + id)
        .then()
        .statusCode(200)
        .body("id", equalTo(id))
        .body("kind", equalTo("gateway"))
        .body("clockless", equalTo(true))
        .body("udi", equalTo("(01)00844588003288(21)SN-1"))
        .body("certificates", hasSize(0))
        .body("assignments", hasSize(0));
  }

  @Test
  void shouldRefuseTheSameLabelTwiceInAnOrganisationOnly() {
    registry.register("SN-2").then().statusCode(201);

    registry
        .register("SN-2")
        .then()
        .statusCode(409)
        .contentType(PROBLEM)
        .body("code", equalTo("device-already-registered"))
        .body("type", equalTo("https://pulsewarden.io/problems/device-already-registered"));
    Registry.ofNewOrganisation(base).register("SN-2").then().statusCode(201);
  }

  @Test
  void shouldKeepOrganisationsApart() {
    UUID device = registry.device();
    Registry other = Registry.ofNewOrganisation(base);

    other.admin().get("/v1/devices").then().statusCode(200).body("items", hasSize(0));
    other
        .admin()
        .get("/v1/devices/" + device)
        .then()
        .statusCode(404)
        .contentType(PROBLEM)
        .body("code", equalTo("not-found"));
    other.admin().post("/v1/devices/" + device + "/claims").then().statusCode(404);
    other.revoke(device, "keyCompromise").then().statusCode(404);
    registry
        .admin()
        .get("/v1/devices/" + device)
        .then()
        .body("state", equalTo("registered"))
        .body("version", equalTo(1));
  }

  @Test
  void shouldPageThroughAllDevicesOnce() {
    List<String> registered = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      registered.add(registry.device().toString());
    }

    List<String> seen = new ArrayList<>();
    @Nullable String cursor = null;
    do {
      ExtractableResponse<Response> page = page(cursor);
      List<String> ids = page.path("items.id");
      assertThat(ids).hasSizeLessThanOrEqualTo(3);
      seen.addAll(ids);
      cursor = page.path("next");
    } while (cursor != null);

    assertThat(seen).containsExactlyInAnyOrderElementsOf(registered).doesNotHaveDuplicates();
  }

  private ExtractableResponse<Response> page(@Nullable String cursor) {
    return (cursor == null ? registry.admin() : registry.admin().queryParam("cursor", cursor))
        .queryParam("limit", 3)
        .get("/v1/devices")
        .then()
        .statusCode(200)
        .extract();
  }

  @ParameterizedTest
  @CsvSource({
    "limit, 0",
    "limit, 201",
    "limit, many",
    "cursor, %%%",
    "cursor, AAAA",
    "cursor, f_________8AAAAAAAAAAAAAAAAAAAAA"
  })
  void shouldNameAWrongParameter(String name, String value) {
    registry
        .admin()
        .queryParam(name, value)
        .get("/v1/devices")
        .then()
        .statusCode(400)
        .contentType(PROBLEM)
        .body("code", equalTo("invalid-parameter"))
        .body("field", equalTo(name));
  }

  @Test
  void shouldAskForAToken() {
    registry
        .anonymous()
        .get("/v1/devices")
        .then()
        .statusCode(401)
        .header("WWW-Authenticate", equalTo("Bearer"))
        .contentType(PROBLEM)
        .body("code", equalTo("unauthenticated"));
  }

  @Test
  void shouldRefuseTokensThatAreNotGood() {
    UUID organisation = registry.organisation();

    for (String token :
        List.of("nonsense", Token.expired(organisation), Token.forAnotherAudience(organisation))) {
      registry
          .withToken(token)
          .get("/v1/devices")
          .then()
          .statusCode(401)
          .contentType(PROBLEM)
          .body("code", equalTo("unauthenticated"));
    }
  }

  @Test
  void shouldRefuseOtherRoles() {
    registry
        .withToken(Token.of("clinician", registry.organisation().toString()))
        .get("/v1/devices")
        .then()
        .statusCode(403)
        .contentType(PROBLEM)
        .body("code", equalTo("forbidden"));
  }

  @Test
  void shouldRefuseATokenWithoutOrganisation() {
    for (String token : List.of(Token.of(Token.ADMIN, null), Token.of(Token.ADMIN, "acme"))) {
      registry
          .withToken(token)
          .get("/v1/devices")
          .then()
          .statusCode(403)
          .contentType(PROBLEM)
          .body("code", equalTo("no-organisation"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|serialNumber",
        "{\"serialNumber\":\" \",\"model\":\"m\",\"manufacturer\":\"a\"}|serialNumber",
        "{\"serialNumber\":\"a\\u0000b\",\"model\":\"m\",\"manufacturer\":\"a\"}|serialNumber",
        "{\"serialNumber\":\"s\",\"manufacturer\":\"a\"}|model",
        "{\"serialNumber\":\"s\",\"model\":\"m\",\"manufacturer\":\"a\",\"kind\":\"toaster\"}|kind"
      })
  void shouldNameAWrongField(String body, String field) {
    registry
        .admin()
        .body(body)
        .post("/v1/devices")
        .then()
        .statusCode(400)
        .contentType(PROBLEM)
        .body("code", equalTo("invalid-field"))
        .body("field", equalTo(field));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"{", "[]", "\"text\"", "{\"serialNumber\":{}}", "{\"unknown\":1}", "null"})
  void shouldRefuseBodiesThatAreNotADevice(String body) {
    registry
        .admin()
        .body(body)
        .post("/v1/devices")
        .then()
        .statusCode(400)
        .contentType(PROBLEM)
        .body("code", equalTo("invalid-body"));
  }

  @Test
  void shouldRefuseATextTooLong() {
    registry
        .register("x".repeat(101))
        .then()
        .statusCode(400)
        .body("field", equalTo("serialNumber"));
  }

  @Test
  void shouldRefuseAHugeBody() {
    registry.registerIfAsked("x".repeat(70_000)).then().statusCode(413);
  }

  @Test
  void shouldAnswerOtherMistakesWithProblems() {
    registry.admin().get("/v1/nothing").then().statusCode(404);
    registry
        .admin()
        .get("/v1/devices/not-an-id")
        .then()
        .statusCode(404)
        .contentType(PROBLEM)
        .body("code", equalTo("not-found"));
    registry
        .withToken(Token.admin(registry.organisation()))
        .contentType(ContentType.TEXT)
        .body("text")
        .post("/v1/devices")
        .then()
        .statusCode(415)
        .contentType(PROBLEM)
        .body("code", equalTo("unsupported-media-type"))
        .body("detail", nullValue());
  }
}
