package io.pulsewarden.keys;

import static io.pulsewarden.keys.KeysClient.bySubject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKind;
import io.pulsewarden.platform.ServiceTestBed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The database dies in the middle of a rotation: named, nothing handed out, and it goes on. */
@QuarkusTest
@QuarkusTestResource(KeyServers.class)
class DatabaseDownIT {

  private static final int TODAY = 20780;
  private static final String DATABASE = "Reactive PostgreSQL connections health check";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TestHTTPResource(value = "/v1/data-keys", tls = true)
  URI url;

  @TestHTTPResource(value = "/", management = true, tls = true)
  URI management;

  private final UUID organisation = UUID.randomUUID();

  @Test
  void shouldSayWhatIsAwayHandNothingOutAndGoOnWithTheRotation() throws Exception {
    List<Subject> patients = Stream.generate(this::patient).limit(60).toList();
    List<String> asks = patients.stream().map(each -> bySubject(each, "vitals", TODAY)).toList();
    try (KeysClient telemetry = telemetry();
        PeopleClient people = new PeopleClient(url)) {
      JsonNode before = telemetry.keys(asks);
      await()
          .atMost(PATIENCE)
          .until(() -> health("/q/health/group/traffic").path("status").asText().equals("UP"));
      try {
        // One row is in somebody's hands, so that the batch with it waits in its transaction.
        try (Connection holder = holding(patients.getFirst())) {
          assertThat(custodian(people, "POST", "/v1/kek-rotations").statusCode()).isEqualTo(202);
          await().atMost(PATIENCE).until(() -> waiting(holder));
          KeyServers.bed().postgres().kill();
        }
        HttpResponse<String> refused = telemetry.post("{\"requests\":[" + asks.getFirst() + "]}");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(KeysClient.json(refused.body()).path("code").asText()).isEqualTo("unavailable");
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        HttpResponse<String> person = custodian(people, "GET", "/v1/kek-rotations");
        assertThat(person.statusCode()).as(person.body()).isEqualTo(503);
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(check(health(), DATABASE).path("status").asText())
                        .isEqualTo("DOWN"));
        assertThat(health().path("status").asText()).isEqualTo("DOWN");
        assertThat(check(health(), "kek-provider").path("status").asText())
            .as("what is wrong is not the provider")
            .isEqualTo("UP");
        assertThat(health("/q/health/group/traffic").path("status").asText())
            .as("requests may come: each says what it lacks")
            .isEqualTo("UP");
      } finally {
        KeyServers.bed().postgres().restart();
      }
      await().atMost(PATIENCE).ignoreExceptions().until(() -> unfinished(people) == 0);
      assertThat(check(health(), "kek-provider").path("status").asText()).isEqualTo("UP");
      assertThat(oldVersions()).isZero();
      assertThat(keysOf(telemetry.keys(asks))).isEqualTo(keysOf(before));
    }
  }

  private static List<String> keysOf(JsonNode answers) {
    List<String> keys = new ArrayList<>();
    answers.forEach(
        answer ->
            keys.add(answer.path("subjectKeyId").asText() + " " + answer.path("key").asText()));
    return keys;
  }

  private static Connection holding(Subject patient) throws SQLException {
    Connection holder = KeyServers.bed().superuserConnection();
    holder.setAutoCommit(false);
    try (PreparedStatement lock =
        holder.prepareStatement("SELECT id FROM subject_key WHERE subject_id = ? FOR UPDATE")) {
      lock.setObject(1, patient.id());
      lock.executeQuery();
    }
    return holder;
  }

  private static boolean waiting(Connection holder) throws SQLException {
    try (Statement statement = holder.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity"
                    + " WHERE usename = 'key_management_service' AND wait_event_type = 'Lock'"
                    + " AND query LIKE '%FROM subject_key%'")) {
      rows.next();
      return rows.getLong(1) > 0;
    }
  }

  private long unfinished(PeopleClient people) throws Exception {
    long unfinished = 0;
    for (JsonNode each :
        KeysClient.json(custodian(people, "GET", "/v1/kek-rotations").body()).path("items")) {
      unfinished += each.path("finishedAt").isNull() ? 1 : 0;
    }
    return unfinished;
  }

  private long oldVersions() throws SQLException {
    try (Connection database = KeyServers.bed().superuserConnection();
        Statement statement = database.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) FROM subject_key WHERE kek_version < 2 AND organisation_id = '"
                    + organisation
                    + "'")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private JsonNode health() throws Exception {
    return health("/q/health/ready");
  }

  private JsonNode health(String path) throws Exception {
    try (HttpClient probe = KeysClient.http(KeyServers.bed().serviceCa().certificate(), null)) {
      return KeysClient.json(
          probe
              .send(
                  HttpRequest.newBuilder(management.resolve(path)).build(),
                  HttpResponse.BodyHandlers.ofString())
              .body());
    }
  }

  private static JsonNode check(JsonNode health, String name) {
    for (JsonNode check : health.path("checks")) {
      if (check.path("name").asText().equals(name)) {
        return check;
      }
    }
    throw new AssertionError("no check called " + name);
  }

  private HttpResponse<String> custodian(PeopleClient people, String method, String path)
      throws Exception {
    return people.send(
        method, path, TestTokens.of("custodian", organisation, "key-custodian"), null);
  }

  private KeysClient telemetry() throws Exception {
    return new KeysClient(
        url,
        KeyServers.bed().serviceCa().certificate(),
        KeyServers.bed()
            .serviceCa()
            .issueService("telemetry-service", ServiceTestBed.TRUST_DOMAIN));
  }

  private Subject patient() {
    return new Subject(organisation, SubjectKind.PATIENT, UUID.randomUUID());
  }
}
