package io.pulsewarden.registry.est;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.registry.testing.CertsOnlyAnswer;
import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.pulsewarden.registry.testing.TopicReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.restassured.response.Response;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.net.URI;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one enrolment changes, all of it or nothing: the device, the feed and the log. */
@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class EnrolmentCommitIT {

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject WrongClaimStore claims;

  private Registry registry;
  private UUID device;

  @BeforeEach
  void setUp() {
    registry = Registry.ofNewOrganisation(base);
    device = registry.device();
  }

  @Test
  void shouldTellTheFeedAndTheLog() {
    Response answer = registry.enrol(device, registry.claim(device), Csr.fresh());
    X509Certificate certificate = CertsOnlyAnswer.one(answer.asByteArray());

    try (TopicReader feed = TopicReader.ofDeviceStates();
        TopicReader log = TopicReader.ofAudit()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(feed.states(device))
                      .last()
                      .satisfies(
                          state -> {
                            assertThat(state.getCredentialsCount()).isEqualTo(1);
                            assertThat(state.getCredentials(0).getNotAfterMs())
                                .isEqualTo(certificate.getNotAfter().toInstant().toEpochMilli());
                            assertThat(state.getVersion()).isEqualTo(2);
                          }));
      await()
          .untilAsserted(
              () ->
                  assertThat(log.events(AuditAction.AUDIT_ACTION_CERTIFICATE_ISSUED, device))
                      .singleElement()
                      .satisfies(
                          event ->
                              assertThat(event.getOrganisationId())
                                  .isEqualTo(registry.organisation().toString())));
    }
  }

  /** Signed, and then the transaction that records it fails: no half of it is there. */
  @Test
  void shouldLeaveNothingHalfDoneWhereTheCommitFails() {
    String claim = registry.claim(device);
    byte[] request = Csr.fresh();
    RegistryTestBed.execute(
        "CREATE FUNCTION enrolment_crash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " IF NEW.device_id = '"
            + device
            + "' THEN RAISE EXCEPTION 'injected'; END IF; RETURN NEW; END $$");
    RegistryTestBed.execute(
        "CREATE CONSTRAINT TRIGGER enrolment_crash AFTER INSERT ON certificate"
            + " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION enrolment_crash()");
    try {
      registry
          .enrol(device, claim, request)
          .then()
          .statusCode(500)
          .body("code", equalTo("internal"));
    } finally {
      RegistryTestBed.execute("DROP TRIGGER enrolment_crash ON certificate");
      RegistryTestBed.execute("DROP FUNCTION enrolment_crash()");
    }
    registry
        .admin()
        .get("/v1/devices/" + device)
        .then()
        .body("state", equalTo("registered"))
        .body("certificates.size()", equalTo(0))
        .body("version", equalTo(1));

    registry.enrol(device, claim, request).then().statusCode(200);
  }

  /** The tenth wrong try locks the claim and says so in the log, or does neither. */
  @Test
  void shouldNotLockAClaimWhoseEntryFails() {
    String claim = registry.claim(device);
    for (int i = 1; i < WrongClaimStore.MAX_WRONG_TRIES; i++) {
      registry.enrol(device, "guess-" + i, Csr.fresh()).then().statusCode(401);
    }

    assertThatThrownBy(
            () ->
                VertxContextSupport.subscribeAndAwait(
                    () ->
                        claims.count(
                            device,
                            _ -> Uni.createFrom().failure(new IllegalStateException("injected")))))
        .hasMessageContaining("injected");

    registry.enrol(device, claim, Csr.fresh()).then().statusCode(200);
  }

  @Test
  void shouldReplaceWhatADeviceHadBefore() {
    KeyPair keys = Csr.ec("secp256r1");
    registry.enrol(device, registry.claim(device), Csr.of(keys).base64()).then().statusCode(200);

    registry.enrol(device, registry.claim(device), Csr.of(keys).base64()).then().statusCode(200);

    registry
        .admin()
        .get("/v1/devices/" + device)
        .then()
        .body("state", equalTo("enrolled"))
        .body("certificates.size()", equalTo(2))
        .body("certificates[1].revocationReason", equalTo("superseded"))
        .body("certificates[0].revokedAt", equalTo(null));
    try (TopicReader feed = TopicReader.ofDeviceStates()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(feed.states(device))
                      .last()
                      .satisfies(
                          state -> {
                            assertThat(state.getVersion()).isEqualTo(3);
                            assertThat(state.getCredentialsCount()).isEqualTo(1);
                          }));
    }
  }

  @Test
  void shouldLookAgainWhereTheDeviceChangedMeanwhile() throws Exception {
    enrolWhile("UPDATE device SET version = version + 1 WHERE id = ?").then().statusCode(200);

    registry
        .admin()
        .get("/v1/devices/" + device)
        .then()
        .body("version", equalTo(3))
        .body("certificates.size()", equalTo(1));
  }

  @Test
  void shouldNotEnrolADeviceThatIsCutOffMeanwhile() throws Exception {
    enrolWhile("UPDATE device SET version = version + 1, lifecycle = 'QUARANTINED' WHERE id = ?")
        .then()
        .statusCode(403)
        .body("code", equalTo("device-state-forbids"));

    registry.admin().get("/v1/devices/" + device).then().body("certificates.size()", equalTo(0));
  }

  @Test
  void shouldNotEnrolByAClaimThatIsWithdrawnMeanwhile() throws Exception {
    enrolWhile("UPDATE device_claim SET voided_at = now() WHERE device_id = ?")
        .then()
        .statusCode(401)
        .body("code", equalTo("claim-replaced"));
  }

  /** The change is under way when the enrolment is judged, and committed before it is recorded. */
  private Response enrolWhile(String change) throws Exception {
    String claim = registry.claim(device);
    try (Connection other = RegistryTestBed.connect();
        Connection observer = RegistryTestBed.connect();
        ExecutorService one = Executors.newSingleThreadExecutor()) {
      other.setAutoCommit(false);
      try (PreparedStatement statement = other.prepareStatement(change)) {
        statement.setObject(1, device);
        statement.execute();
      }
      Future<Response> answer = one.submit(() -> registry.enrol(device, claim, Csr.fresh()));
      await().until(() -> isRecording(observer));
      other.commit();
      return answer.get();
    }
  }

  private static boolean isRecording(Connection observer) throws SQLException {
    try (PreparedStatement query =
            observer.prepareStatement(
                "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                    + " AND query LIKE '%enrolment_record%'");
        ResultSet rows = query.executeQuery()) {
      return rows.next();
    }
  }
}
