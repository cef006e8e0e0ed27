package io.pulsewarden.registry.firstenrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.registry.testing.CertsOnlyAnswer;
import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.registry.testing.DeviceClient;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.pulsewarden.registry.testing.TopicReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Labels, and approval by a person. */
@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class FirstEnrolmentIT {

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  private final String label = "ward-" + UUID.randomUUID();
  private Registry registry;
  private UUID device;

  @BeforeEach
  void setUp() {
    registry = Registry.ofNewOrganisation(base);
    device = registry.device();
  }

  @Test
  void shouldEnrolUnderTheLabelOfItsOrganisationAlone() {
    settings(label, false).then().statusCode(200).body("label", equalTo(label));
    Registry other = Registry.ofNewOrganisation(base);
    UUID others = other.device();
    String path = "/.well-known/est/" + label;

    registry.anonymous().get(path + "/cacerts").then().statusCode(200);
    registry.anonymous().get(path + "/csrattrs").then().statusCode(200);
    enrol(other, path, others, other.claim(others))
        .then()
        .statusCode(401)
        .body("code", equalTo("claim-unknown"));
    enrol(registry, path, device, registry.claim(device)).then().statusCode(200);
    enrol(registry, "/.well-known/est/nobody", device, registry.claim(device))
        .then()
        .statusCode(404)
        .body("code", equalTo("not-found"));
  }

  @Test
  void shouldRenewUnderTheLabelOfItsOrganisationAlone() {
    settings(label, false).then().statusCode(200);
    KeyPair keys = Csr.ec("secp256r1");
    X509Certificate certificate =
        CertsOnlyAnswer.one(
            registry.enrol(device, registry.claim(device), Csr.of(keys).base64()).asByteArray());
    Registry other = Registry.ofNewOrganisation(base);
    String others = "ward-" + UUID.randomUUID();
    other
        .admin()
        .header("If-Match", "*")
        .body(Map.of("label", others, "manualApproval", false))
        .put("/v1/enrolment-settings")
        .then()
        .statusCode(200);
    DeviceClient client = DeviceClient.showing(base, keys, certificate);

    refused(
        client.post(
            "/.well-known/est/" + others + "/simplereenroll", Csr.renewing(certificate).base64()),
        "certificate-unknown");
    assertThat(
            client
                .post(
                    "/.well-known/est/" + label + "/simplereenroll",
                    Csr.renewing(certificate).base64())
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void shouldRefuseLabelsThatAreTakenOrOperations() {
    settings(label, false).then().statusCode(200);

    Registry.ofNewOrganisation(base)
        .admin()
        .header("If-Match", "*")
        .body(Map.of("label", label, "manualApproval", false))
        .put("/v1/enrolment-settings")
        .then()
        .statusCode(409)
        .body("code", equalTo("label-taken"));
    for (String bad : List.of("cacerts", "Ward", "", "a/b", "x".repeat(64))) {
      settings(bad, false).then().statusCode(400).body("field", equalTo("label"));
    }
    registry
        .admin()
        .get("/v1/enrolment-settings")
        .then()
        .body("label", equalTo(label))
        .body("manualApproval", equalTo(false));
  }

  @Test
  void shouldChangeOnlyTheSettingsThatWereLookedAt() {
    String before = registry.admin().get("/v1/enrolment-settings").then().extract().header("ETag");
    assertThat(before).isEqualTo("\"0\"");
    settings(null, label, false).then().statusCode(428);

    settings(before, label, false).then().statusCode(200).header("ETag", "\"1\"");

    settings(before, label, true)
        .then()
        .statusCode(412)
        .body("code", equalTo("precondition-failed"));
    settings("\"1\"", label, true).then().statusCode(200).header("ETag", "\"2\"");
    registry
        .admin()
        .get("/v1/enrolment-settings")
        .then()
        .header("ETag", "\"2\"")
        .body("manualApproval", equalTo(true));
  }

  @Test
  void shouldWaitForAPersonAndThenEnrolOnce() {
    settings(null, true).then().statusCode(200);
    String claim = registry.claim(device);
    byte[] request = Csr.fresh();
    for (int i = 0; i < 2; i++) {
      registry
          .enrol(device, claim, request)
          .then()
          .statusCode(202)
          .header("Retry-After", equalTo("300"));
    }
    String pending =
        registry
            .admin()
            .get("/v1/enrolment-requests")
            .then()
            .statusCode(200)
            .body("$", hasSize(1))
            .body("[0].deviceId", equalTo(device.toString()))
            .extract()
            .path("[0].id");

    decide(registry, pending, "approve").then().statusCode(204);

    registry.enrol(device, claim, request).then().statusCode(200);
    decide(registry, pending, "reject").then().statusCode(404);
    registry.enrol(device, registry.claim(device), request).then().statusCode(202);
    try (TopicReader log = TopicReader.ofAudit()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(log.events(AuditAction.AUDIT_ACTION_ENROLMENT_REQUESTED, device))
                      .hasSize(2));
      assertThat(log.events(AuditAction.AUDIT_ACTION_ENROLMENT_DECIDED, device))
          .singleElement()
          .satisfies(event -> assertThat(event.getReasonCode()).isEqualTo("approved"));
    }
  }

  @Test
  void shouldEnrolNoOtherKeyThanTheApprovedAndNoneThatWasRejected() {
    settings(null, true).then().statusCode(200);
    String claim = registry.claim(device);
    byte[] request = Csr.fresh();
    registry.enrol(device, claim, request).then().statusCode(202);
    decide(registry, pendingId(), "approve").then().statusCode(204);

    registry.enrol(device, claim, Csr.fresh()).then().statusCode(202);
    registry.enrol(device, claim, request).then().statusCode(202);
    decide(registry, pendingId(), "reject").then().statusCode(204);

    registry
        .enrol(device, claim, request)
        .then()
        .statusCode(403)
        .body("code", equalTo("enrolment-rejected"));
  }

  @Test
  void shouldDecideOnlyWhatWasLookedAt() {
    settings(null, true).then().statusCode(200);
    registry.enrol(device, registry.claim(device), Csr.fresh()).then().statusCode(202);
    String id = pendingId();
    String path = "/v1/enrolment-requests/" + id;
    registry
        .admin()
        .get(path)
        .then()
        .statusCode(200)
        .header("ETag", "\"1\"")
        .body("version", equalTo(1))
        .body("deviceId", equalTo(device.toString()));

    decide(registry.admin(), id, "approve")
        .then()
        .statusCode(428)
        .body("code", equalTo("precondition-required"));
    decide(registry.admin().header("If-Match", "\"7\""), id, "approve")
        .then()
        .statusCode(412)
        .body("code", equalTo("precondition-failed"));
    decide(registry.admin().header("If-Match", "\"1\""), id, "approve").then().statusCode(204);

    registry.admin().get(path).then().statusCode(404);
    Registry.ofNewOrganisation(base).admin().get(path).then().statusCode(404);
  }

  @Test
  void shouldLetNobodyElseDecide() {
    settings(null, true).then().statusCode(200);
    registry.enrol(device, registry.claim(device), Csr.fresh()).then().statusCode(202);

    decide(Registry.ofNewOrganisation(base), pendingId(), "approve").then().statusCode(404);
    decide(registry, pendingId(), "perhaps").then().statusCode(400);
    decide(registry, UUID.randomUUID().toString(), "approve").then().statusCode(404);
  }

  private Response settings(@Nullable String wanted, boolean approval) {
    return settings("*", wanted, approval);
  }

  private Response settings(@Nullable String ifMatch, @Nullable String wanted, boolean approval) {
    RequestSpecification admin = registry.admin();
    return (ifMatch == null ? admin : admin.header("If-Match", ifMatch))
        .body(
            wanted == null
                ? Map.of("manualApproval", approval)
                : Map.of("label", wanted, "manualApproval", approval))
        .put("/v1/enrolment-settings");
  }

  private static Response enrol(Registry as, String path, UUID device, String claim) {
    return as.anonymous()
        .auth()
        .preemptive()
        .basic(device.toString(), claim)
        .contentType("application/pkcs10")
        .body(Csr.fresh())
        .post(path + "/simpleenroll");
  }

  private String pendingId() {
    return registry.admin().get("/v1/enrolment-requests").then().extract().path("[0].id");
  }

  private static Response decide(Registry as, String id, String decision) {
    return decide(as.admin().header("If-Match", "*"), id, decision);
  }

  private static Response decide(RequestSpecification as, String id, String decision) {
    return as.body(Map.of("decision", decision)).post("/v1/enrolment-requests/" + id + "/decision");
  }

  private static void refused(HttpResponse<byte[]> answer, String code) {
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("\"" + code + "\"");
    assertThat(answer.statusCode()).isEqualTo(403);
  }
}
