package io.pulsewarden.registry.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.deviceregistry.v1.LifecycleState;
import io.pulsewarden.contracts.deviceregistry.v1.WithheldCredential;
import io.pulsewarden.contracts.deviceregistry.v1.WithheldReason;
import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.pulsewarden.registry.testing.TopicReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.net.URI;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class RevocationResourceIT {

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  private Registry registry;
  private UUID device;

  @BeforeEach
  void setUp() {
    registry = Registry.ofNewOrganisation(base);
    device = registry.device();
    registry.enrol(device, registry.claim(device), Csr.fresh()).then().statusCode(200);
  }

  @Test
  void shouldTakeEveryCredentialFromTheFeed() {
    registry
        .revoke(device, "keyCompromise")
        .then()
        .statusCode(200)
        .body("state", equalTo("quarantined"))
        .body("version", equalTo(3));

    registry
        .admin()
        .get("/v1/devices/" + device)
        .then()
        .body("certificates[0].revocationReason", equalTo("keyCompromise"));
    try (TopicReader feed = TopicReader.ofDeviceStates();
        TopicReader log = TopicReader.ofAudit()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(feed.states(device))
                      .last()
                      .satisfies(
                          state -> {
                            assertThat(state.getVersion()).isEqualTo(3);
                            assertThat(state.getCredentialsCount()).isZero();
                            assertThat(state.getWithheldCredentialsList())
                                .extracting(WithheldCredential::getReason)
                                .containsExactly(WithheldReason.WITHHELD_REASON_REVOKED);
                            assertThat(state.getLifecycle())
                                .isEqualTo(LifecycleState.LIFECYCLE_STATE_QUARANTINED);
                          }));
      await()
          .untilAsserted(
              () ->
                  assertThat(log.events(AuditAction.AUDIT_ACTION_DEVICE_REVOKED, device))
                      .singleElement()
                      .satisfies(
                          event -> assertThat(event.getReasonCode()).isEqualTo("keyCompromise")));
    }
  }

  @Test
  void shouldRefuseToEnrolWhatIsRevoked() {
    String claim = registry.claim(device);
    registry.revoke(device, "privilegeWithdrawn").then().statusCode(200);

    registry
        .enrol(device, claim, Csr.fresh())
        .then()
        .statusCode(401)
        .body("code", equalTo("claim-replaced"));
    registry
        .admin()
        .post("/v1/devices/" + device + "/claims")
        .then()
        .statusCode(409)
        .body("code", equalTo("device-state-forbids"));
  }

  @Test
  void shouldDoTheSameAgain() {
    registry.revoke(device, "cessationOfOperation").then().statusCode(200);

    registry
        .revoke(device, "keyCompromise")
        .then()
        .statusCode(200)
        .body("state", equalTo("quarantined"));
  }

  @Test
  void shouldRevokeOneCertificateAndLeaveTheRest() {
    String fingerprint = fingerprint();

    revokeCertificate(fingerprint, "superseded")
        .then()
        .statusCode(200)
        .body("state", equalTo("enrolled"))
        .body("version", equalTo(3));

    registry
        .admin()
        .get("/v1/devices/" + device)
        .then()
        .body("certificates[0].revocationReason", equalTo("superseded"));
    try (TopicReader feed = TopicReader.ofDeviceStates();
        TopicReader log = TopicReader.ofAudit()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(feed.states(device))
                      .last()
                      .satisfies(
                          state -> {
                            assertThat(state.getCredentialsCount()).isZero();
                            assertThat(state.getWithheldCredentialsList())
                                .singleElement()
                                .satisfies(
                                    withheld -> {
                                      assertThat(
                                              HexFormat.of()
                                                  .formatHex(
                                                      withheld.getFingerprint().toByteArray()))
                                          .isEqualTo(fingerprint);
                                      assertThat(withheld.getReason())
                                          .isEqualTo(WithheldReason.WITHHELD_REASON_REVOKED);
                                    });
                          }));
      await()
          .untilAsserted(
              () ->
                  assertThat(log.events(AuditAction.AUDIT_ACTION_CERTIFICATE_REVOKED, device))
                      .singleElement()
                      .satisfies(
                          event -> assertThat(event.getReasonCode()).isEqualTo("superseded")));
    }
  }

  @Test
  void shouldNotRevokeACertificateThatTheDeviceDoesNotHave() {
    UUID other = registry.device();
    registry.enrol(other, registry.claim(other), Csr.fresh()).then().statusCode(200);
    String fingerprint = fingerprint();
    revokeCertificate(fingerprint, "keyCompromise").then().statusCode(200);

    revokeCertificate(fingerprint, "superseded").then().statusCode(404);
    registry
        .admin()
        .body(Map.of("reason", "superseded"))
        .post("/v1/devices/" + other + "/certificates/" + fingerprint + "/revocation")
        .then()
        .statusCode(404)
        .body("code", equalTo("not-found"));
    revokeCertificate("0".repeat(64), "superseded").then().statusCode(404);
    revokeCertificate("nonsense", "superseded").then().statusCode(404);
    revokeCertificate(fingerprint, "certificateHold").then().statusCode(400);
    Registry.ofNewOrganisation(base)
        .admin()
        .body(Map.of("reason", "superseded"))
        .post("/v1/devices/" + device + "/certificates/" + fingerprint + "/revocation")
        .then()
        .statusCode(404);
  }

  @Test
  void shouldHonourIfMatchAndNotAskForIt() {
    registry
        .admin()
        .header("If-Match", "\"1\"")
        .body(Map.of("reason", "keyCompromise"))
        .post("/v1/devices/" + device + "/revocation")
        .then()
        .statusCode(412);

    registry.revoke(device, "keyCompromise").then().statusCode(200).header("ETag", "\"3\"");
  }

  private String fingerprint() {
    return registry
        .admin()
        .get("/v1/devices/" + device)
        .then()
        .extract()
        .path("certificates[0].fingerprint");
  }

  private Response revokeCertificate(String fingerprint, String reason) {
    return registry
        .admin()
        .body(Map.of("reason", reason))
        .post("/v1/devices/" + device + "/certificates/" + fingerprint + "/revocation");
  }

  @Test
  void shouldTakeReasonsThatItKnowsOnly() {
    registry
        .revoke(device, "because")
        .then()
        .statusCode(400)
        .body("code", equalTo("invalid-field"))
        .body("field", equalTo("reason"));
  }
}
