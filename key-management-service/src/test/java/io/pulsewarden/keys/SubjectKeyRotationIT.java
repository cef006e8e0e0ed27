package io.pulsewarden.keys;

import static io.pulsewarden.keys.KeysClient.byId;
import static io.pulsewarden.keys.KeysClient.bySubject;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.keys.v1.KeyState;
import io.pulsewarden.contracts.keys.v1.KeyStateRecord;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekProvider.ToWrap;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKind;
import io.pulsewarden.keys.subject.WrapContext;
import io.pulsewarden.platform.ServiceTestBed;
import io.pulsewarden.secret.SecretBytes;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A subject's next key seals from now on; whatever was handed out before stays what it was. */
@QuarkusTest
@QuarkusTestResource(KeyServers.class)
class SubjectKeyRotationIT {

  private static final int TODAY = 20780;
  private static final String ERASURE =
      "{\"reason\":\"patient-request\",\"legalBasis\":\"gdpr-17-1-b\"}";

  @TestHTTPResource(value = "/v1/data-keys", tls = true)
  URI url;

  @Inject KekProvider keks;

  private final UUID organisation = UUID.randomUUID();

  @Test
  void shouldChangeFutureKeysOnlyAndFailNoRequestUnderLoad() throws Exception {
    List<Subject> patients = Stream.generate(this::patient).limit(40).toList();
    try (KeysClient telemetry = telemetry();
        PeopleClient people = new PeopleClient(url);
        ExecutorService threads = Executors.newFixedThreadPool(3)) {
      Map<Subject, JsonNode> before = current(telemetry, patients, "vitals", TODAY);
      Map<Subject, JsonNode> permanent = current(telemetry, patients, "receipt", 0);
      AtomicBoolean over = new AtomicBoolean();
      AtomicInteger answered = new AtomicInteger();
      ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
      for (int thread = 0; thread < 2; thread++) {
        threads.execute(
            () -> {
              while (!over.get()) {
                try {
                  useKeys(telemetry, patients, before);
                  answered.incrementAndGet();
                } catch (Exception | AssertionError failed) {
                  failures.add(failed.toString());
                }
              }
            });
      }
      for (int round = 2; round <= 4; round++) {
        int version = round;
        int sinceRotation = answered.get();
        assertThat(rotate(people, patients))
            .hasSize(40)
            .allSatisfy(
                each -> {
                  assertThat(each.path("outcome").asText()).isEqualTo("rotated");
                  assertThat(each.path("version").asInt()).isEqualTo(version);
                });
        await().until(() -> answered.get() > sinceRotation + 3);
      }
      Map<Subject, JsonNode> after = current(telemetry, patients, "vitals", TODAY);
      over.set(true);

      assertThat(failures).isEmpty();
      assertThat(current(telemetry, patients, "receipt", 0)).isEqualTo(permanent);
      for (Subject patient : patients) {
        JsonNode old = of(before, patient);
        assertThat(of(after, patient).path("subjectKeyId")).isNotEqualTo(old.path("subjectKeyId"));
        assertThat(of(after, patient).path("key")).isNotEqualTo(old.path("key"));
        assertThat(telemetry.keys(List.of(byId(id(old), "vitals", TODAY))).path(0).path("key"))
            .isEqualTo(old.path("key"));
      }
      assertStates(people, patients.getFirst(), id(of(before, patients.getFirst())));
      assertTold(id(of(before, patients.getFirst())), id(of(after, patients.getFirst())));
    }
    AuditLog.await(
        event ->
            event.getAction() == AuditAction.AUDIT_ACTION_SUBJECT_KEY_ROTATED
                && event.getAgent().getId().equals("custodian")
                && event.getPatientIdList().contains(patients.getFirst().id().toString()));
  }

  /** What is in this instance's memory says otherwise: the look before it leaves finds it out. */
  @Test
  void shouldHandOutTheNextKeyThoughAnotherInstanceRotated() throws Exception {
    Subject patient = patient();
    try (KeysClient telemetry = telemetry()) {
      UUID first = id(telemetry.keys(List.of(bySubject(patient, "vitals", TODAY))).path(0));
      UUID second = rotateElsewhere(patient, first);

      JsonNode now =
          telemetry.keys(
              List.of(
                  bySubject(patient, "vitals", TODAY),
                  bySubject(patient, "receipt", 0),
                  byId(first, "vitals", TODAY)));

      assertThat(id(now.path(0))).isEqualTo(second);
      assertThat(id(now.path(1))).as("permanent").isEqualTo(first);
      assertThat(id(now.path(2))).isEqualTo(first);
    }
  }

  @Test
  void shouldDestroyEveryKeyOfAPatientAlsoThoseThatAreMadeMeanwhile() throws Exception {
    Subject patient = patient();
    String path = "/v1/patients/" + patient.id() + "/erasure";
    String first = TestTokens.of("first", organisation, "privacy-officer");
    String second = TestTokens.of("second", organisation, "privacy-officer");
    try (KeysClient telemetry = telemetry();
        PeopleClient people = new PeopleClient(url);
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      current(telemetry, List.of(patient), "vitals", TODAY);
      rotate(people, List.of(patient));
      people.send("POST", path, first, ERASURE);
      people.send("POST", path + "/confirmation", second, null);
      AtomicBoolean over = new AtomicBoolean();
      ConcurrentLinkedQueue<String> outcomes = new ConcurrentLinkedQueue<>();
      threads.execute(
          () -> {
            while (!over.get()) {
              try {
                outcomes.add(rotate(people, List.of(patient)).path(0).path("outcome").asText());
              } catch (Exception | AssertionError failed) {
                outcomes.add(failed.toString());
              }
            }
          });
      await().until(() -> outcomes.size() > 3);
      update(
          "UPDATE erasure SET due_at = now() - interval '1 second' WHERE patient_id = ?", patient);
      await().until(() -> outcomes.contains("erased"));
      over.set(true);

      assertThat(outcomes).containsOnly("rotated", "erased");
      List<UUID> keys = keys(patient, "state = 'DESTROYED' AND wrapped IS NULL");
      assertThat(keys(patient, "state <> 'DESTROYED' OR wrapped IS NOT NULL")).isEmpty();
      assertThat(keys).hasSizeGreaterThan(4);
      telemetry
          .keys(
              Stream.concat(
                      keys.stream().map(id -> byId(id, "vitals", TODAY)),
                      Stream.of(
                          bySubject(patient, "vitals", TODAY), bySubject(patient, "receipt", 0)))
                  .toList())
          .forEach(key -> assertThat(key.path("status").asText()).isEqualTo("erased"));

      // Telemetry hears of one key after the other, and says so of one after the other.
      for (UUID key : keys) {
        assertThat(evicted(telemetry.instance())).as("not all of them yet").isFalse();
        telemetry.confirm(
            List.of(key),
            "{\"subjectKeyId\":\"%s\",\"blindIndexes\":%d,\"heldBlocks\":1}"
                .formatted(key, key.equals(keys.getFirst()) ? 2 : 0));
      }
      assertThat(evicted(telemetry.instance())).isTrue();
      update(
          "UPDATE awaited_eviction SET fenced_at = now() - interval '1 second'"
              + " WHERE evicted_at IS NULL"
              + " AND erasure_id IN (SELECT id FROM erasure WHERE patient_id = ?)",
          patient);
      await().until(() -> people.send("GET", path + "/receipt", first, null).statusCode() == 200);
      JsonNode receipt = payload(people.send("GET", path + "/receipt", first, null).body());
      assertThat(receipt.at("/destroyed/subjectKeys")).hasSize(keys.size());
      assertThat(receipt.at("/destroyed/blindIndexes").asInt()).isEqualTo(2);
      assertThat(receipt.at("/destroyed/heldBlocks").asInt()).isEqualTo(keys.size());
    }
  }

  @Test
  void shouldRotateByAgeUntilNoneIsOlder() throws Exception {
    Subject device = new Subject(organisation, SubjectKind.DEVICE, UUID.randomUUID());
    Subject patient = patient();
    try (KeysClient telemetry = telemetry();
        PeopleClient people = new PeopleClient(url)) {
      UUID old = id(telemetry.keys(List.of(bySubject(device, "hold", TODAY))).path(0));
      telemetry.keys(List.of(bySubject(patient, "vitals", TODAY)));
      String body =
          "{\"kind\":\"device\",\"createdBefore\":\"%s\"}".formatted(Instant.now().plusSeconds(1));
      JsonNode items = json(send(people, custodian(), body)).path("items");
      assertThat(items).hasSize(1);
      assertThat(items.path(0).path("id").asText()).isEqualTo(device.id().toString());
      assertThat(id(items.path(0))).isNotEqualTo(old);

      update(
          "UPDATE subject_key SET created_at = now() + interval '1 hour' WHERE subject_id = ?",
          device);
      assertThat(json(send(people, custodian(), body)).path("items")).isEmpty();
    }
  }

  @Test
  void shouldLetCustodiansOfTheOrganisationAloneRotate() throws Exception {
    Subject patient = patient();
    Subject everybody = new Subject(organisation, SubjectKind.ORGANISATION, organisation);
    try (KeysClient telemetry = telemetry();
        PeopleClient people = new PeopleClient(url)) {
      current(telemetry, List.of(patient), "vitals", TODAY);
      String body = body(List.of(patient));
      assertThat(send(people, null, body).statusCode()).isEqualTo(401);
      String officer = TestTokens.of("officer", organisation, "privacy-officer");
      assertThat(send(people, officer, body).statusCode()).isEqualTo(403);
      String elsewhere = TestTokens.of("elsewhere", UUID.randomUUID(), "key-custodian");
      assertThat(json(send(people, elsewhere, body)).at("/items/0/outcome").asText())
          .isEqualTo("unknown");
      assertRefused(
          send(people, custodian(), body(List.of(everybody))), 409, "permanent-keys-only");
      for (String bad :
          List.of(
              "no json",
              "{}",
              "{\"subjects\":[]}",
              "{\"subjects\":[{\"kind\":\"ward\",\"id\":\"1\"}]}",
              "{\"subjects\":[{\"kind\":\"patient\",\"id\":\"Mrs Smith\"}]}",
              "{\"kind\":\"patient\",\"createdBefore\":\"yesterday\"}")) {
        HttpResponse<String> answer = send(people, custodian(), bad);
        assertRefused(answer, 400, "unreadable-request");
        assertThat(answer.body()).doesNotContain("Smith");
      }
      assertThat(keys(patient, "version = 1 AND state = 'ACTIVE'")).hasSize(1);
    }
  }

  private void useKeys(KeysClient telemetry, List<Subject> patients, Map<Subject, JsonNode> before)
      throws Exception {
    JsonNode now =
        telemetry.keys(
            patients.stream()
                .flatMap(
                    patient ->
                        Stream.of(
                            bySubject(patient, "vitals", TODAY),
                            byId(id(of(before, patient)), "vitals", TODAY)))
                .toList());
    for (int i = 0; i < patients.size(); i++) {
      assertThat(now.path(2 * i).path("status").asText()).isEqualTo("ok");
      assertThat(now.path(2 * i + 1).path("key"))
          .isEqualTo(of(before, patients.get(i)).path("key"));
    }
  }

  private void assertStates(PeopleClient people, Subject patient, UUID first) throws Exception {
    JsonNode keys =
        json(people.send("GET", "/v1/subject-keys/patient/" + patient.id(), custodian(), null))
            .path("items");
    assertThat(keys).hasSize(4);
    assertThat(keys.path(0).path("state").asText()).isEqualTo("active");
    assertThat(keys.path(0).path("rotatedAt").isNull()).isTrue();
    assertThat(keys.path(3).path("state").asText()).isEqualTo("rotating");
    assertThat(id(keys.path(3))).isEqualTo(first);
    assertThat(keys.path(3).path("rotatedAt").asText())
        .isEqualTo(keys.path(2).path("createdAt").asText());
    assertThat(keys.path(3).path("destroyedAt").isNull()).isTrue();
  }

  private static void assertTold(UUID old, UUID now) {
    try (TopicReader feed =
        new TopicReader(KeyServers.bed().adminKafkaProperties(), "keys.key-state.v1")) {
      Map<String, KeyState> states = new HashMap<>();
      await()
          .pollInterval(Duration.ofMillis(10))
          .until(
              () -> {
                for (ConsumerRecord<byte[], byte[]> each : feed.fresh()) {
                  states.put(
                      new String(each.key(), UTF_8),
                      KeyStateRecord.parseFrom(each.value()).getSubjectKey().getState());
                }
                return states.get(old.toString()) == KeyState.KEY_STATE_ROTATING
                    && states.get(now.toString()) == KeyState.KEY_STATE_ACTIVE;
              });
    }
  }

  /** As another instance does it, of which this one's memory knows nothing. */
  private UUID rotateElsewhere(Subject patient, UUID first) throws Exception {
    UUID second = UUID.randomUUID();
    Wrapped wrapped =
        keks.wrap(
                List.of(
                    new ToWrap(
                        WrapContext.kek(patient),
                        SecretBytes.owning(new byte[32]),
                        WrapContext.associated(patient, second, 2))))
            .toCompletableFuture()
            .join()
            .getFirst();
    try (Connection database = KeyServers.bed().superuserConnection();
        PreparedStatement retire =
            database.prepareStatement(
                "UPDATE subject_key SET state = 'ROTATING', rotated_at = now() WHERE id = ?");
        PreparedStatement insert =
            database.prepareStatement(
                "INSERT INTO subject_key (id, organisation_id, subject_kind, subject_id, version,"
                    + " state, shard, kek_version, wrapped, created_at)"
                    + " VALUES (?, ?, 'PATIENT', ?, 2, 'ACTIVE', ?, ?, ?, now())")) {
      database.setAutoCommit(false);
      retire.setObject(1, first);
      retire.executeUpdate();
      insert.setObject(1, second);
      insert.setObject(2, patient.organisation());
      insert.setObject(3, patient.id());
      insert.setInt(4, wrapped.kek().name().shard());
      insert.setInt(5, wrapped.kek().version());
      insert.setBytes(6, wrapped.bytes().toByteArray());
      insert.executeUpdate();
      database.commit();
    }
    return second;
  }

  private static Map<Subject, JsonNode> current(
      KeysClient telemetry, List<Subject> patients, String purpose, int epoch) throws Exception {
    JsonNode keys =
        telemetry.keys(
            patients.stream().map(patient -> bySubject(patient, purpose, epoch)).toList());
    Map<Subject, JsonNode> current = new HashMap<>();
    for (int i = 0; i < patients.size(); i++) {
      assertThat(keys.path(i).path("status").asText()).isEqualTo("ok");
      ((ObjectNode) keys.path(i)).remove("expiresAt");
      current.put(patients.get(i), keys.path(i));
    }
    return current;
  }

  private static JsonNode of(Map<Subject, JsonNode> keys, Subject subject) {
    return Objects.requireNonNull(keys.get(subject));
  }

  private JsonNode rotate(PeopleClient people, List<Subject> subjects) throws Exception {
    HttpResponse<String> answer = send(people, custodian(), body(subjects));
    assertThat(answer.statusCode()).isEqualTo(200);
    return json(answer).path("items");
  }

  private static String body(List<Subject> subjects) {
    return subjects.stream()
        .map(
            subject ->
                "{\"kind\":\"%s\",\"id\":\"%s\"}"
                    .formatted(subject.kind().wireName(), subject.id()))
        .collect(Collectors.joining(",", "{\"subjects\":[", "]}"));
  }

  private static HttpResponse<String> send(PeopleClient people, @Nullable String token, String body)
      throws Exception {
    return people.send("POST", "/v1/subject-key-rotations", token, body);
  }

  private String custodian() {
    return TestTokens.of("custodian", organisation, "key-custodian");
  }

  private static JsonNode json(HttpResponse<String> answer) throws Exception {
    return KeysClient.json(answer.body());
  }

  private static JsonNode payload(String jws) throws Exception {
    return KeysClient.json(
        new String(Base64.getUrlDecoder().decode(jws.split("\\.", -1)[1]), UTF_8));
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String code)
      throws Exception {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(json(answer).path("code").asText()).isEqualTo(code);
  }

  private static UUID id(JsonNode key) {
    return UUID.fromString(key.path("subjectKeyId").asText());
  }

  private static List<UUID> keys(Subject subject, String which) throws Exception {
    try (Connection database = KeyServers.bed().superuserConnection();
        PreparedStatement select =
            database.prepareStatement(
                "SELECT id FROM subject_key WHERE subject_id = ? AND (" + which + ")")) {
      select.setObject(1, subject.id());
      List<UUID> ids = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getObject(1, UUID.class));
        }
      }
      return ids;
    }
  }

  private static boolean evicted(UUID instance) throws Exception {
    try (Connection database = KeyServers.bed().superuserConnection();
        PreparedStatement select =
            database.prepareStatement(
                "SELECT evicted_at IS NOT NULL FROM awaited_eviction WHERE instance_id = ?")) {
      select.setObject(1, instance);
      try (ResultSet rows = select.executeQuery()) {
        assertThat(rows.next()).isTrue();
        return rows.getBoolean(1);
      }
    }
  }

  private static void update(String sql, Subject subject) throws Exception {
    try (Connection database = KeyServers.bed().superuserConnection();
        PreparedStatement update = database.prepareStatement(sql)) {
      update.setObject(1, subject.id());
      update.executeUpdate();
    }
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
