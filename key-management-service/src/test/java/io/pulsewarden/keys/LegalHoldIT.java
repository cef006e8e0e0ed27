package io.pulsewarden.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.platform.ServiceTestBed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(KeyServers.class)
class LegalHoldIT {

  private static final UUID ORGANISATION = UUID.randomUUID();
  private static final String BODY = "{\"reason\":\"litigation\"}";

  @TestHTTPResource(value = "/", tls = true)
  URI url;

  private final String path = "/v1/patients/" + UUID.randomUUID() + "/legal-hold";

  @Test
  void shouldAnswerPeopleByTheirRoleAlone() throws Exception {
    try (PeopleClient people = new PeopleClient(url)) {
      HttpResponse<String> nobody = people.send("PUT", path, null, BODY);
      assertThat(nobody.statusCode()).isEqualTo(401);
      assertThat(nobody.headers().firstValue("WWW-Authenticate")).isPresent();
      assertThat(people.send("PUT", path, "not.a.token", BODY).statusCode()).isEqualTo(401);
      assertThat(people.send("PUT", path, token("key-custodian"), BODY).statusCode())
          .isEqualTo(403);
      assertThat(people.send("PUT", path, token("privacy-officer"), BODY).statusCode())
          .isEqualTo(200);
    }
    AuditLog.await(
        event ->
            event.getAction() == AuditAction.AUDIT_ACTION_KEYS_DENIED
                && event.getReasonCode().equals("role")
                && event.getOrganisationId().equals(ORGANISATION.toString())
                && event.getAgent().getRoleList().contains("key-custodian"));
  }

  /** No access is unheard of, a refused one neither; a crash after the answer would forget it. */
  @Test
  void shouldRefuseByRoleOnlyWhatTheLogWillHear() throws Exception {
    String user = "unheard-" + UUID.randomUUID();
    String token = TestTokens.of(user, ORGANISATION, "key-custodian");
    try (PeopleClient people = new PeopleClient(url);
        Connection database = KeyServers.bed().superuserConnection();
        Statement statement = database.createStatement()) {
      statement.execute("REVOKE INSERT ON outbox FROM key_management_service");
      try {
        for (String each : List.of(path, "/v1/patients/" + UUID.randomUUID() + "/erasure")) {
          HttpResponse<String> unheard = people.send("GET", each, token, null);
          assertThat(unheard.statusCode()).isEqualTo(503);
          assertThat(unheard.headers().firstValue("Retry-After")).isPresent();
          assertThat(unheard.body()).doesNotContain("permission", "outbox");
        }
      } finally {
        statement.execute("GRANT INSERT ON outbox TO key_management_service");
      }
      // Holds and erasures are on event loops, what custodians do on virtual threads.
      for (String each : List.of(path, "/v1/patients/" + UUID.randomUUID() + "/erasure")) {
        assertThat(people.send("GET", each, token, null).statusCode()).isEqualTo(403);
      }
      String officer = TestTokens.of(user, ORGANISATION, "privacy-officer");
      HttpResponse<String> custodians = people.send("POST", "/v1/kek-trims", officer, null);
      assertThat(custodians.statusCode()).isEqualTo(403);
      assertThat(KeysClient.json(custodians.body()).path("code").asText()).isEqualTo("forbidden");
    }
    AuditLog.await(event -> refusedByRole(event, user, "key-custodian"));
    AuditLog.await(event -> refusedByRole(event, user, "privacy-officer"));
  }

  /** Whoever has any token could fill the log, which is kept for years. */
  @Test
  void shouldHaveRoomForSoManyRefusalsOfOnePersonInAMinute() throws Exception {
    String token = TestTokens.of("persistent", UUID.randomUUID(), "key-custodian");
    List<Integer> answers = new ArrayList<>();
    try (PeopleClient people = new PeopleClient(url)) {
      // Of two minutes that these may fall into, one has twenty-one.
      for (int i = 0; i < 41; i++) {
        answers.add(people.send("GET", path, token, null).statusCode());
      }
      String other = TestTokens.of("other", UUID.randomUUID(), "key-custodian");
      assertThat(people.send("GET", path, other, null).statusCode()).isEqualTo(403);
    }
    assertThat(answers.subList(0, 20)).containsOnly(403);
    assertThat(answers).contains(429).containsOnly(403, 429);
  }

  private static boolean refusedByRole(AuditEvent event, String user, String role) {
    return event.getReasonCode().equals("role")
        && event.getAgent().getId().equals(user)
        && event.getAgent().getRoleList().contains(role);
  }

  @Test
  void shouldGiveAServicesCertificateNoRole() throws Exception {
    try (HttpClient service =
        KeysClient.http(
            KeyServers.bed().serviceCa().certificate(),
            KeyServers.bed()
                .serviceCa()
                .issueService("telemetry-service", ServiceTestBed.TRUST_DOMAIN))) {
      HttpResponse<String> answer =
          service.send(
              HttpRequest.newBuilder(url.resolve(path))
                  .header("Content-Type", "application/json")
                  .PUT(HttpRequest.BodyPublishers.ofString(BODY))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isIn(401, 403);
    }
  }

  @Test
  void shouldKeepAHoldUntilItIsLiftedAndSaySo() throws Exception {
    String officer = token("privacy-officer");
    String elsewhere = TestTokens.of("other", UUID.randomUUID(), "privacy-officer");
    try (PeopleClient people = new PeopleClient(url)) {
      assertThat(people.send("GET", path, officer, null).statusCode()).isEqualTo(404);
      assertThat(people.send("PUT", path, officer, BODY).statusCode()).isEqualTo(200);
      assertThat(people.send("PUT", path, officer, BODY).statusCode()).isEqualTo(409);
      assertThat(
              KeysClient.json(people.send("GET", path, officer, null).body())
                  .path("reason")
                  .asText())
          .isEqualTo("litigation");
      assertThat(people.send("GET", path, elsewhere, null).statusCode()).isEqualTo(404);
      assertThat(people.send("DELETE", path, elsewhere, null).statusCode()).isEqualTo(404);
      assertThat(people.send("DELETE", path, officer, null).statusCode()).isEqualTo(204);
      assertThat(people.send("GET", path, officer, null).statusCode()).isEqualTo(404);
    }
    String patient = path.split("/", -1)[3];
    AuditLog.await(
        event ->
            event.getAction() == AuditAction.AUDIT_ACTION_LEGAL_HOLD_PLACED
                && event.getPatientIdList().contains(patient)
                && event.getReasonCode().equals("litigation"));
    AuditLog.await(
        event ->
            event.getAction() == AuditAction.AUDIT_ACTION_LEGAL_HOLD_LIFTED
                && event.getPatientIdList().contains(patient));
    AuditLog.await(event -> refused(event, patient, "legal-hold"));
    AuditLog.await(event -> refused(event, patient, "no-legal-hold"));
  }

  @Test
  void shouldTakeNoFreeTextForAReason() throws Exception {
    try (PeopleClient people = new PeopleClient(url)) {
      for (String body :
          new String[] {"{}", "{\"reason\":\"Mrs Smith asked\"}", "{\"reason\":null}", "[]", "x"}) {
        HttpResponse<String> answer = people.send("PUT", path, token("privacy-officer"), body);
        assertThat(answer.statusCode()).as(body).isEqualTo(400);
        assertThat(answer.body()).doesNotContain("Smith");
      }
    }
  }

  private static boolean refused(AuditEvent event, String patient, String reason) {
    return event.getOutcome() == AuditOutcome.AUDIT_OUTCOME_DENIED
        && event.getReasonCode().equals(reason)
        && event.getPatientIdList().contains(patient);
  }

  private static String token(String role) {
    return TestTokens.of("officer", ORGANISATION, role);
  }
}
