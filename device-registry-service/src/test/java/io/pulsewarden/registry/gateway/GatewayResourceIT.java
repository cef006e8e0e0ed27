package io.pulsewarden.registry.gateway;

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
import io.restassured.response.Response;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class GatewayResourceIT {

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  private Registry registry;
  private UUID gateway;
  private UUID device;

  @BeforeEach
  void setUp() {
    registry = Registry.ofNewOrganisation(base);
    gateway = registry.device("gateway");
    device = registry.device();
  }

  @Test
  void shouldTellTheFeedWhoMaySpeakAndWhoMayNoMore() {
    UUID second = registry.device();
    authorise(gateway, device).then().statusCode(200).header("ETag", equalTo("\"2\""));
    authorise(gateway, second).then().statusCode(200).body("devices", hasSize(2));

    registry
        .admin()
        .delete(path(gateway, device))
        .then()
        .statusCode(200)
        .body("devices", contains(second.toString()));

    try (TopicReader feed = TopicReader.ofDeviceStates();
        TopicReader log = TopicReader.ofAudit()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(feed.states(gateway))
                      .extracting(state -> List.copyOf(state.getGatewayForList()))
                      .containsExactly(
                          List.of(),
                          List.of(device.toString()),
                          List.of(device.toString(), second.toString()).stream().sorted().toList(),
                          List.of(second.toString())));
      await()
          .untilAsserted(
              () -> {
                assertThat(log.events(AuditAction.AUDIT_ACTION_GATEWAY_AUTHORISED, gateway))
                    .hasSize(2);
                assertThat(log.events(AuditAction.AUDIT_ACTION_GATEWAY_WITHDRAWN, device))
                    .hasSize(1);
              });
    }
  }

  @Test
  void shouldDoTheSameAgain() {
    authorise(gateway, device).then().statusCode(200);

    authorise(gateway, device).then().statusCode(200).body("devices", hasSize(1));
  }

  @Test
  void shouldLetGatewaysAloneSpeakAndForNoGateway() {
    UUID otherGateway = registry.device("gateway");

    refused(authorise(device, gateway), 409, "not-a-gateway");
    refused(authorise(gateway, otherGateway), 409, "gateway-for-gateway");
    refused(authorise(gateway, gateway), 409, "gateway-for-gateway");
    refused(authorise(gateway, UUID.randomUUID()), 404, "not-found");
    refused(registry.admin().delete(path(gateway, device)), 404, "not-found");
    refused(registry.admin().put(path(gateway, device)), 428, "precondition-required");
    refused(
        registry.admin().header("If-Match", "\"7\"").put(path(gateway, device)),
        412,
        "precondition-failed");

    registry
        .admin()
        .get("/v1/devices/" + gateway + "/gateway-devices")
        .then()
        .body("devices", hasSize(0))
        .body("version", equalTo(1));
  }

  @Test
  void shouldNotReachAcrossTheWall() {
    Registry other = Registry.ofNewOrganisation(base);
    UUID foreign = other.device();

    refused(authorise(gateway, foreign), 404, "not-found");
    refused(other.admin().header("If-Match", "*").put(path(gateway, foreign)), 404, "not-found");
    refused(other.admin().delete(path(gateway, device)), 404, "not-found");
  }

  @Test
  void shouldLetAPrivacyOfficerWithdrawOnly() {
    String officer = Token.of("privacy-officer", registry.organisation().toString());
    refused(
        registry.withToken(officer).header("If-Match", "*").put(path(gateway, device)),
        403,
        "forbidden");
    authorise(gateway, device).then().statusCode(200);

    registry.withToken(officer).delete(path(gateway, device)).then().statusCode(200);
  }

  private static void refused(Response answer, int status, String code) {
    answer
        .then()
        .statusCode(status)
        .contentType("application/problem+json")
        .body("code", equalTo(code));
  }

  private Response authorise(UUID who, UUID whom) {
    return registry.admin().header("If-Match", "*").put(path(who, whom));
  }

  private static String path(UUID who, UUID whom) {
    return "/v1/devices/" + who + "/gateway-devices/" + whom;
  }
}
