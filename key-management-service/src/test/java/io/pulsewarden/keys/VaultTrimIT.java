package io.pulsewarden.keys;

import static io.pulsewarden.keys.KeysClient.byId;
import static io.pulsewarden.keys.KeysClient.bySubject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekProvider.ToUnwrap;
import io.pulsewarden.keys.kek.KekProvider.Unwrapped;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKind;
import io.pulsewarden.keys.subject.WrapContext;
import io.pulsewarden.keys.vault.VaultServers;
import io.pulsewarden.platform.ServiceTestBed;
import io.pulsewarden.platform.postgres.PostgresLogin;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/**
 * Rotation and the gated trim of the whole service with Vault, by HTTP, on the stand-in over TLS:
 * the service's role rotates, and nothing is destroyed until the second role's SecretID is there.
 */
@QuarkusTest
@QuarkusTestResource(KeyServers.class)
@QuarkusTestResource(value = VaultServers.class, restrictToAnnotatedClass = true)
class VaultTrimIT {

  private static final int TODAY = 20780;
  private static final int PATIENTS = 80;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TestHTTPResource(value = "/v1/data-keys", tls = true)
  URI dataKeys;

  @Inject KekProvider keks;
  @Inject MeterRegistry meters;

  private final UUID organisation = UUID.randomUUID();

  @Test
  void shouldDestroyNothingUntilTheSecondRoleMayAndThenOpenNoBackupFromBefore() throws Exception {
    List<Subject> patients =
        Stream.generate(() -> new Subject(organisation, SubjectKind.PATIENT, UUID.randomUUID()))
            .limit(PATIENTS)
            .toList();
    PostgresLogin live = login(config(VaultServers.LIVE));
    try (KeysClient telemetry = telemetry();
        PeopleClient people = new PeopleClient(dataKeys)) {
      JsonNode before = current(telemetry, patients);
      List<ToUnwrap> backup = rows(live);
      assertThat(backup)
          .hasSize(PATIENTS)
          .allMatch(row -> row.wrapped().bytes().toStringUtf8().startsWith("vault:v1:"));
      erase(people, patients.getFirst(), live);
      assertThat(opening(backup)).as("the erased patient's key too").isEqualTo(PATIENTS);

      rotate(people);
      assertThat(rows(live))
          .hasSize(PATIENTS - 1)
          .allMatch(row -> row.wrapped().bytes().toStringUtf8().startsWith("vault:v2:"));
      assertRefused(people, "/v1/kek-trims/verification", "not-proven");
      assertThat(custodian(people, "POST", "/v1/kek-trims").statusCode()).isEqualTo(202);
      assertRefused(people, "/v1/kek-trims/verification", "copy-unreachable");
      OwnDatabase.create(VaultTrimIT::login, config(VaultServers.COPY));
      assertRefused(people, "/v1/kek-trims/verification", "backup-too-old");
      LogicalDump.take(live).into(login(config(VaultServers.COPY)));
      assertThat(custodian(people, "POST", "/v1/kek-trims/verification").statusCode())
          .isEqualTo(202);

      // Each is tried, and waits.
      int trims = items(people, "/v1/kek-trims").size();
      await().atMost(PATIENCE).until(() -> forbiddenTrims() >= trims);
      assertStates(people, "verified");
      assertThat(opening(backup)).as("nothing is destroyed").isEqualTo(PATIENTS);

      Path secretId = Path.of(config(VaultServers.TRIM_SECRET_ID));
      Files.copy(Path.of(config(VaultServers.KEPT)), secretId);
      await().atMost(PATIENCE).untilAsserted(() -> assertStates(people, "trimmed"));
      Files.delete(secretId);

      assertThat(opening(backup)).as("erased or not").isZero();
      assertThat(opening(rows(live))).isEqualTo(PATIENTS - 1);
      assertKept(telemetry, patients, before);
    }
  }

  /** Whoever lives has the key that was there before; who was erased has none. */
  private static void assertKept(KeysClient telemetry, List<Subject> patients, JsonNode before)
      throws Exception {
    List<String> asks = new ArrayList<>();
    before.forEach(
        key -> asks.add(byId(UUID.fromString(key.path("subjectKeyId").asText()), "vitals", TODAY)));
    JsonNode after = telemetry.keys(asks);
    assertThat(after.path(0).path("status").asText()).isEqualTo("erased");
    for (int i = 1; i < patients.size(); i++) {
      assertThat(after.path(i).path("status").asText()).isEqualTo("ok");
      assertThat(after.path(i).path("key")).isEqualTo(before.path(i).path("key"));
    }
  }

  private void rotate(PeopleClient people) throws Exception {
    assertThat(custodian(people, "POST", "/v1/kek-rotations").statusCode()).isEqualTo(202);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode rotations = items(people, "/v1/kek-rotations");
              assertThat(rotations).isNotEmpty();
              rotations.forEach(each -> assertThat(each.path("finishedAt").isNull()).isFalse());
            });
  }

  private void assertStates(PeopleClient people, String state) throws Exception {
    JsonNode trims = items(people, "/v1/kek-trims");
    assertThat(trims).isNotEmpty();
    trims.forEach(each -> assertThat(each.path("state").asText()).isEqualTo(state));
  }

  private long forbiddenTrims() {
    Timer timer =
        meters
            .find("pulsewarden.kek.calls")
            .tags("operation", "trim", "outcome", "forbidden")
            .timer();
    return timer == null ? 0 : timer.count();
  }

  private void erase(PeopleClient people, Subject patient, PostgresLogin live) throws Exception {
    String path = "/v1/patients/" + patient.id() + "/erasure";
    String first = TestTokens.of("first", organisation, "privacy-officer");
    String second = TestTokens.of("second", organisation, "privacy-officer");
    String body = "{\"reason\":\"patient-request\",\"legalBasis\":\"gdpr-17-1-b\"}";
    assertThat(people.send("POST", path, first, body).statusCode()).isEqualTo(201);
    assertThat(people.send("POST", path + "/confirmation", second, null).statusCode())
        .isEqualTo(200);
    try (Connection database = live.open();
        PreparedStatement due =
            database.prepareStatement(
                "UPDATE erasure SET due_at = now() - interval '1 second' WHERE patient_id = ?")) {
      due.setObject(1, patient.id());
      due.executeUpdate();
    }
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                KeysClient.json(people.send("GET", path, first, null).body())
                    .path("state")
                    .asText()
                    .equals("destroyed"));
  }

  private List<ToUnwrap> rows(PostgresLogin login) throws SQLException {
    List<ToUnwrap> rows = new ArrayList<>();
    try (Connection database = login.open();
        PreparedStatement select =
            database.prepareStatement(
                "SELECT id, subject_id, shard, kek_version, wrapped FROM subject_key"
                    + " WHERE wrapped IS NOT NULL ORDER BY id");
        ResultSet found = select.executeQuery()) {
      while (found.next()) {
        Subject subject =
            new Subject(organisation, SubjectKind.PATIENT, found.getObject(2, UUID.class));
        rows.add(
            new ToUnwrap(
                new Wrapped(
                    new KekVersion(new KekName(organisation, found.getInt(3)), found.getInt(4)),
                    ByteString.copyFrom(found.getBytes(5))),
                WrapContext.associated(subject, found.getObject(1, UUID.class), 1)));
      }
    }
    return rows;
  }

  /** How many of these open. */
  private long opening(List<ToUnwrap> rows) {
    return keks.unwrap(rows).toCompletableFuture().join().stream()
        .filter(Unwrapped.Key.class::isInstance)
        .count();
  }

  private static JsonNode current(KeysClient telemetry, List<Subject> patients) throws Exception {
    return telemetry.keys(
        patients.stream().map(patient -> bySubject(patient, "vitals", TODAY)).toList());
  }

  private void assertRefused(PeopleClient people, String path, String gate) throws Exception {
    HttpResponse<String> answer = custodian(people, "POST", path);
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(KeysClient.json(answer.body()).path("code").asText()).isEqualTo(gate);
  }

  private JsonNode items(PeopleClient people, String path) throws Exception {
    HttpResponse<String> answer = custodian(people, "GET", path);
    assertThat(answer.statusCode()).isEqualTo(200);
    return KeysClient.json(answer.body()).path("items");
  }

  private HttpResponse<String> custodian(PeopleClient people, String method, String path)
      throws Exception {
    return people.send(
        method, path, TestTokens.of("custodian", organisation, "key-custodian"), null);
  }

  private static String config(String name) {
    return ConfigProvider.getConfig().getValue(name, String.class);
  }

  private static PostgresLogin login(String database) {
    return KeyServers.bed().postgres().superuser(database);
  }

  private KeysClient telemetry() throws Exception {
    return new KeysClient(
        dataKeys,
        KeyServers.bed().serviceCa().certificate(),
        KeyServers.bed()
            .serviceCa()
            .issueService("telemetry-service", ServiceTestBed.TRUST_DOMAIN));
  }
}
