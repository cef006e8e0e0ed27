package io.pulsewarden.registry.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceState;
import io.pulsewarden.contracts.deviceregistry.v1.LifecycleState;
import io.pulsewarden.contracts.deviceregistry.v1.WithheldCredential;
import io.pulsewarden.contracts.deviceregistry.v1.WithheldReason;
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
import java.net.URI;
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
class TransitionResourceIT {

  private static final String PROBLEM = "application/problem+json";

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
  void shouldCutOffByQuarantineAndBringBackByRelease() {
    enrol();
    String fingerprint = fingerprint();

    registry
        .transition(device, "quarantine", "suspected-compromise")
        .then()
        .statusCode(200)
        .body("state", equalTo("quarantined"))
        .header("ETag", equalTo("\"3\""));
    details().then().body("certificates[0].revocationReason", equalTo("certificateHold"));
    registry
        .transition(device, "release", "investigated")
        .then()
        .statusCode(200)
        .body("state", equalTo("enrolled"));

    details()
        .then()
        .body("certificates[0].fingerprint", equalTo(fingerprint))
        .body("certificates[0].revokedAt", nullValue())
        .body("certificates[0].revocationReason", nullValue());
    try (TopicReader feed = TopicReader.ofDeviceStates();
        TopicReader log = TopicReader.ofAudit()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(feed.states(device))
                      .extracting(
                          DeviceState::getLifecycle,
                          DeviceState::getCredentialsCount,
                          TransitionResourceIT::withheld)
                      .endsWith(
                          tuple(LifecycleState.LIFECYCLE_STATE_ENROLLED, 1, List.of()),
                          tuple(
                              LifecycleState.LIFECYCLE_STATE_QUARANTINED,
                              0,
                              List.of(WithheldReason.WITHHELD_REASON_SUSPENDED)),
                          tuple(LifecycleState.LIFECYCLE_STATE_ENROLLED, 1, List.of())));
      await()
          .untilAsserted(
              () ->
                  assertThat(log.events(AuditAction.AUDIT_ACTION_DEVICE_STATE_CHANGED, device))
                      .extracting(event -> event.getReasonCode())
                      .containsExactly("quarantine/suspected-compromise", "release/investigated"));
    }
  }

  @Test
  void shouldNotBringBackByReleaseWhatWasRevokedMeanwhile() {
    enrol();
    registry.transition(device, "quarantine", "investigation").then().statusCode(200);
    registry.revoke(device, "keyCompromise").then().statusCode(200);

    registry
        .transition(device, "release", "investigated")
        .then()
        .statusCode(200)
        .body("state", equalTo("registered"));

    details().then().body("certificates[0].revocationReason", equalTo("keyCompromise"));
  }

  @Test
  void shouldLoseFindAndRelease() {
    enrol();
    String claim = registry.claim(device);

    registry.transition(device, "report-lost", "stolen").then().body("state", equalTo("lost"));
    registry.enrol(device, claim, Csr.fresh()).then().statusCode(401);
    registry.revoke(device, "unspecified").then().statusCode(200).body("state", equalTo("lost"));
    registry.transition(device, "find", null).then().body("state", equalTo("quarantined"));
    registry.transition(device, "release", "mistaken").then().body("state", equalTo("registered"));
  }

  @Test
  void shouldGoThroughMaintenance() {
    enrol();

    registry
        .transition(device, "start-maintenance", "calibration")
        .then()
        .body("state", equalTo("maintenance"));
    registry.transition(device, "end-maintenance", null).then().body("state", equalTo("enrolled"));

    try (TopicReader feed = TopicReader.ofDeviceStates()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(feed.states(device))
                      .extracting(DeviceState::getLifecycle, TransitionResourceIT::withheld)
                      .endsWith(
                          tuple(
                              LifecycleState.LIFECYCLE_STATE_MAINTENANCE,
                              List.of(WithheldReason.WITHHELD_REASON_SUSPENDED)),
                          tuple(LifecycleState.LIFECYCLE_STATE_ENROLLED, List.of())));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "release, investigated, 409, device-state-forbids",
    "find, , 409, device-state-forbids",
    "start-maintenance, repair, 409, device-state-forbids",
    "receive, , 409, device-state-forbids",
    "quarantine, because, 400, invalid-field",
    "quarantine, , 400, invalid-field",
    "find, lost, 400, invalid-field",
    "decommission, lost, 400, invalid-field",
    "enrol, , 400, invalid-field",
    "activate, , 400, invalid-field",
    ", , 400, invalid-field"
  })
  void shouldNameWhatIsWrongAndChangeNothing(
      String transition, String reason, int status, String code) {
    registry
        .transition(device, transition, reason)
        .then()
        .statusCode(status)
        .contentType(PROBLEM)
        .body("code", equalTo(code));

    details().then().body("state", equalTo("registered")).body("version", equalTo(1));
  }

  @Test
  void shouldAskForIfMatchUnlessTheStepCutsOff() {
    registry
        .admin()
        .body(Map.of("transition", "quarantine", "reason", "recall"))
        .post(path())
        .then()
        .statusCode(200);

    registry
        .admin()
        .body(Map.of("transition", "release", "reason", "mistaken"))
        .post(path())
        .then()
        .statusCode(428)
        .contentType(PROBLEM)
        .body("code", equalTo("precondition-required"));
    for (String header : List.of("2", "W/\"2\"", "\"two\"")) {
      registry
          .admin()
          .header("If-Match", header)
          .body(Map.of("transition", "release", "reason", "mistaken"))
          .post(path())
          .then()
          .statusCode(400)
          .body("code", equalTo("invalid-header"))
          .body("field", equalTo("If-Match"));
    }
    registry
        .admin()
        .header("If-Match", "\"1\"")
        .body(Map.of("transition", "release", "reason", "mistaken"))
        .post(path())
        .then()
        .statusCode(412)
        .contentType(PROBLEM)
        .body("code", equalTo("precondition-failed"));
    details().then().body("state", equalTo("quarantined")).body("version", equalTo(2));
  }

  @Test
  void shouldMakeOneOfTwoChangesOfOneVersion() throws Exception {
    enrol();

    try (ExecutorService both = Executors.newFixedThreadPool(2)) {
      Callable<Integer> change =
          () ->
              registry
                  .admin()
                  .header("If-Match", "\"2\"")
                  .body(Map.of("transition", "start-maintenance", "reason", "update"))
                  .post(path())
                  .statusCode();
      List<Future<Integer>> answers = both.invokeAll(List.of(change, change));

      assertThat(List.of(answers.get(0).get(), answers.get(1).get()))
          .containsExactlyInAnyOrder(200, 412);
    }
    details().then().body("version", equalTo(3));
  }

  @Test
  void shouldLetAPrivacyOfficerCutOffAndNotBringBack() {
    String officer = Token.of("privacy-officer", registry.organisation().toString());

    registry
        .withToken(officer)
        .contentType(ContentType.JSON)
        .body(Map.of("transition", "quarantine", "reason", "investigation"))
        .post(path())
        .then()
        .statusCode(200);
    registry
        .withToken(officer)
        .contentType(ContentType.JSON)
        .header("If-Match", "*")
        .body(Map.of("transition", "release", "reason", "investigated"))
        .post(path())
        .then()
        .statusCode(403)
        .contentType(PROBLEM)
        .body("code", equalTo("forbidden"));
    details().then().body("state", equalTo("quarantined"));
  }

  @Test
  void shouldRefuseOtherRolesAndOtherOrganisations() {
    Map<String, String> body = Map.of("transition", "quarantine", "reason", "recall");

    registry
        .withToken(Token.of("clinician", registry.organisation().toString()))
        .contentType(ContentType.JSON)
        .body(body)
        .post(path())
        .then()
        .statusCode(403);
    registry
        .anonymous()
        .contentType(ContentType.JSON)
        .body(body)
        .post(path())
        .then()
        .statusCode(401);
    Registry.ofNewOrganisation(base)
        .admin()
        .body(body)
        .post(path())
        .then()
        .statusCode(404)
        .body("code", equalTo("not-found"));

    details().then().body("state", equalTo("registered")).body("version", equalTo(1));
  }

  private static List<WithheldReason> withheld(DeviceState state) {
    return state.getWithheldCredentialsList().stream().map(WithheldCredential::getReason).toList();
  }

  private String path() {
    return "/v1/devices/" + device + "/transitions";
  }

  private void enrol() {
    registry.enrol(device, registry.claim(device), Csr.fresh()).then().statusCode(200);
  }

  private Response details() {
    return registry.admin().get("/v1/devices/" + device);
  }

  private String fingerprint() {
    return details().then().extract().path("certificates[0].fingerprint");
  }
}
