package io.pulsewarden.keys;

import static io.pulsewarden.keys.KeysClient.byId;
import static io.pulsewarden.keys.KeysClient.bySubject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekProvider.ToUnwrap;
import io.pulsewarden.keys.kek.KekProvider.Unwrapped;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKind;
import io.pulsewarden.keys.subject.WrapContext;
import io.pulsewarden.platform.ServiceTestBed;
import io.pulsewarden.platform.postgres.PostgresLogin;
import io.pulsewarden.platform.postgres.PostgresServer;
import io.pulsewarden.platform.postgres.ServiceDatabase;
import io.pulsewarden.secret.SecretBytes;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rotation and trim on the real database, while keys are handed out and unwrapped all the time.
 * Backups are taken of the running server's files, as pg_basebackup takes them, and restored by
 * starting a second server on them.
 */
@QuarkusTest
@QuarkusTestResource(KeyServers.class)
class KekRotationIT {

  private static final int TODAY = 20780;

  /** Before a statement that the copy's own triggers are not to see. */
  private static final String REPLICA = "replica: ";

  private static final String DATABASE = ServiceDatabase.KEY_MANAGEMENT.database();

  @TestHTTPResource(value = "/", tls = true)
  URI url;

  @TestHTTPResource(value = "/v1/data-keys", tls = true)
  URI dataKeys;

  /** Sixteen keys are trimmed one after the other, each with the keyring written anew. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Inject KekProvider keks;

  @TempDir Path backups;

  private final UUID organisation = UUID.randomUUID();

  /** A row as a reader sees it who then takes a while. */
  private record Row(UUID id, Subject subject, Wrapped wrapped) {
    ToUnwrap toUnwrap() {
      return new ToUnwrap(wrapped, WrapContext.associated(subject, id, 1));
    }
  }

  /** Tells load to stop, also where the test fails, so that its threads end. */
  private record Ended(AtomicBoolean now) implements AutoCloseable {
    @Override
    public void close() {
      now.set(true);
    }
  }

  @Test
  void shouldRotateAndTrimUnderLoadSoThatABackupFromBeforeAnErasureOpensNothing() throws Exception {
    List<Subject> patients = Stream.generate(this::patient).limit(200).toList();
    PostgresServer live = KeyServers.bed().postgres();
    Map<UUID, String> before;
    Map<UUID, String> survivors;
    List<Row> oldBackup;
    LogicalDump dump;
    Subject only = new Subject(UUID.randomUUID(), SubjectKind.PATIENT, UUID.randomUUID());
    try (KeysClient telemetry = telemetry();
        PeopleClient people = new PeopleClient(url);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        Ended over = new Ended(new AtomicBoolean())) {
      telemetry.keys(patients.stream().map(each -> bySubject(each, "vitals", TODAY)).toList());
      before = open(rows());
      assertThat(before).hasSize(200);
      telemetry.keys(List.of(bySubject(only, "vitals", TODAY)));
      live.backUp(backups.resolve("before"));
      dump = LogicalDump.take(live.superuser(DATABASE));
      erase(people, patients.getFirst());
      erase(people, only);
      assertThat(rows(live.superuser(DATABASE), only.organisation())).isEmpty();
      survivors = open(rows());
      assertThat(survivors).hasSize(199);
      refused(people, "POST", "/v1/kek-trims", "nothing-to-trim");

      AtomicInteger answered = new AtomicInteger();
      AtomicInteger handedOut = new AtomicInteger();
      ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
      threads.execute(
          () ->
              load(
                  over.now(),
                  answered,
                  failures,
                  () -> {
                    handOut(telemetry, patients);
                    handedOut.incrementAndGet();
                  }));
      threads.execute(() -> load(over.now(), answered, failures, () -> open(rows())));

      try (PostgresServer old = live.restore(backups.resolve("before"), KeyServers.copyPort())) {
        oldBackup = rows(old.superuser(DATABASE));
        assertThat(open(oldBackup)).as("the erased patient's key too").isEqualTo(before);
        assertThat(open(rows(dump.restore(old, "dumped")))).as("by dump").isEqualTo(before);
        assertThat(open(rows(old.superuser(DATABASE), only.organisation())))
            .as("the one key of a practice whose one patient was erased")
            .hasSize(1);
        rotated(people, organisation);
        rotatedAndProven(people, only.organisation());
        refused(people, "POST", "/v1/kek-trims/verification", "not-proven");
        assertThat(open(oldBackup)).as("rotated and not trimmed").isEqualTo(before);
        settled(handedOut);
        proven(people, survivors);
        refused(people, "POST", "/v1/kek-trims/verification", "backup-too-old");
      }
      insertingBelowTheFloorFails(oldBackup.getLast());
      refused(people, "POST", "/v1/kek-trims/verification", "copy-unreachable");

      settled(handedOut);
      UUID damaged = survivors.keySet().iterator().next();
      live.backUp(backups.resolve("damaged"));
      try (PostgresServer copy = live.restore(backups.resolve("damaged"), KeyServers.copyPort())) {
        in(copy, REPLICA + "UPDATE subject_key SET kek_version = 1 WHERE id = '%s'", damaged);
        refused(people, "POST", "/v1/kek-trims/verification", "copy-has-old-versions");
        in(copy, REPLICA + "UPDATE subject_key SET kek_version = 2 WHERE id = '%s'", damaged);
        in(copy, "UPDATE subject_key SET wrapped = wrapped || '\\x00' WHERE id = '%s'", damaged);
        refused(people, "POST", "/v1/kek-trims/verification", "copy-does-not-open");
        in(copy, "DELETE FROM subject_key WHERE id = '%s'", damaged);
        refused(people, "POST", "/v1/kek-trims/verification", "copy-incomplete");
      }
      assertThat(open(oldBackup)).as("nothing was destroyed").isEqualTo(before);

      live.backUp(backups.resolve("whole"));
      try (PostgresServer copy = live.restore(backups.resolve("whole"), KeyServers.copyPort())) {
        assertThat(rows(copy.superuser(DATABASE))).hasSizeGreaterThanOrEqualTo(199);
        assertThat(send(people, "POST", "/v1/kek-trims/verification").statusCode()).isEqualTo(202);
        assertThat(
                send(people, only.organisation(), "POST", "/v1/kek-trims/verification")
                    .statusCode())
            .isEqualTo(202);
      }
      trimmed(people, organisation);
      trimmed(people, only.organisation());

      int sinceTrim = answered.get();
      await().atMost(PATIENCE).until(() -> answered.get() > sinceTrim + 4);
      over.now().set(true);
      assertThat(failures).isEmpty();
    }
    try (PostgresServer old = live.restore(backups.resolve("before"), KeyServers.copyPort())) {
      List<Row> restored = rows(old.superuser(DATABASE));
      assertThat(restored).hasSize(200);
      assertThat(open(restored)).as("erased or not").isEmpty();
      List<Row> lone = rows(old.superuser(DATABASE), only.organisation());
      assertThat(lone).hasSize(1);
      assertThat(open(lone)).as("erased, and no key of its KEK lives").isEmpty();
      List<Row> dumped = rows(dump.restore(old, "dumped_later"));
      assertThat(dumped).hasSize(200);
      assertThat(open(dumped)).as("erased or not, by dump").isEmpty();
    }
    assertThat(open(rows())).containsAllEntriesOf(survivors);
    AuditLog.await(of(AuditAction.AUDIT_ACTION_KEK_ROTATED));
    AuditLog.await(of(AuditAction.AUDIT_ACTION_KEK_REWRAPPED));
    AuditLog.await(of(AuditAction.AUDIT_ACTION_KEK_TRIM_PROVEN));
    AuditLog.await(of(AuditAction.AUDIT_ACTION_KEK_TRIM_REFUSED));
    AuditLog.await(of(AuditAction.AUDIT_ACTION_KEK_TRIMMED));
  }

  private void trimmed(PeopleClient people, UUID of) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode items = items(people, of, "/v1/kek-trims");
              assertThat(items).isNotEmpty();
              items.forEach(each -> assertThat(each.path("state").asText()).isEqualTo("trimmed"));
            });
  }

  private void rotatedAndProven(PeopleClient people, UUID of) throws Exception {
    rotated(people, of);
    assertThat(send(people, of, "POST", "/v1/kek-trims").statusCode()).isEqualTo(202);
  }

  /**
   * As the hour that an operator waits: whoever began before is done. One thread hands out, one
   * after the other, so that the second from now began after now.
   */
  private static void settled(AtomicInteger handedOut) {
    int before = handedOut.get();
    await().atMost(PATIENCE).until(() -> handedOut.get() > before + 1);
  }

  /** A key that came after the rotation's end is found, and the rotation goes on with it. */
  private void proven(PeopleClient people, Map<UUID, String> survivors) throws Exception {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              HttpResponse<String> answer = send(people, "POST", "/v1/kek-trims");
              if (answer.statusCode() == 202) {
                return true;
              }
              assertThat(answer.statusCode()).isEqualTo(409);
              assertThat(KeysClient.json(answer.body()).path("code").asText())
                  .isIn("rows-left", "rotation-running");
              return false;
            });
    assertThat(items(people, "/v1/kek-rotations"))
        .isNotEmpty()
        .allSatisfy(each -> assertThat(each.path("left").asLong()).isZero());
    assertThat(rows()).allMatch(row -> row.wrapped().kek().version() == 2);
    assertThat(open(rows())).containsAllEntriesOf(survivors);
  }

  private void rotated(PeopleClient people, UUID of) throws Exception {
    assertThat(send(people, of, "POST", "/v1/kek-rotations").statusCode()).isEqualTo(202);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode items = items(people, of, "/v1/kek-rotations");
              assertThat(items).isNotEmpty();
              items.forEach(each -> assertThat(each.path("finishedAt").isNull()).isFalse());
            });
  }

  private void erase(PeopleClient people, Subject patient) throws Exception {
    String path = "/v1/patients/" + patient.id() + "/erasure";
    String first = TestTokens.of("first", patient.organisation(), "privacy-officer");
    String second = TestTokens.of("second", patient.organisation(), "privacy-officer");
    String body = "{\"reason\":\"patient-request\",\"legalBasis\":\"gdpr-17-1-b\"}";
    assertThat(people.send("POST", path, first, body).statusCode()).isEqualTo(201);
    assertThat(people.send("POST", path + "/confirmation", second, null).statusCode())
        .isEqualTo(200);
    try (Connection database = KeyServers.bed().superuserConnection();
        PreparedStatement due =
            database.prepareStatement(
                "UPDATE erasure SET due_at = now() - interval '1 second' WHERE patient_id = ?")) {
      due.setObject(1, patient.id());
      due.executeUpdate();
    }
    await()
        .until(
            () ->
                KeysClient.json(people.send("GET", path, first, null).body())
                    .path("state")
                    .asText()
                    .equals("destroyed"));
  }

  @Test
  void shouldLetCustodiansAloneRotateAndTrim() throws Exception {
    try (PeopleClient people = new PeopleClient(url)) {
      String officer = TestTokens.of("officer", organisation, "privacy-officer");
      for (String path :
          List.of("/v1/kek-rotations", "/v1/kek-trims", "/v1/kek-trims/verification")) {
        assertThat(people.send("POST", path, null, null).statusCode()).isEqualTo(401);
        assertThat(people.send("POST", path, officer, null).statusCode()).isEqualTo(403);
      }
      assertThat(items(people, "/v1/kek-rotations")).isEmpty();
      assertThat(items(people, "/v1/kek-trims")).isEmpty();
    }
  }

  /** What a request does that began long before and comes now. */
  private void insertingBelowTheFloorFails(Row old) throws SQLException {
    try (Connection database = KeyServers.bed().superuserConnection();
        PreparedStatement late =
            database.prepareStatement(
                "UPDATE subject_key SET wrapped = ?, kek_version = 1 WHERE id = ?")) {
      late.setBytes(1, old.wrapped().bytes().toByteArray());
      late.setObject(2, old.id());
      assertThatThrownBy(late::executeUpdate).hasMessageContaining("is being trimmed");
    }
  }

  private interface Work {
    void once() throws Exception;
  }

  private static void load(
      AtomicBoolean over,
      AtomicInteger answered,
      ConcurrentLinkedQueue<String> failures,
      Work work) {
    while (!over.get()) {
      try {
        work.once();
        answered.incrementAndGet();
      } catch (Exception | AssertionError failed) {
        failures.add(failed.toString());
      }
    }
  }

  private void handOut(KeysClient telemetry, List<Subject> known) throws Exception {
    Subject fresh = patient();
    JsonNode keys =
        telemetry.keys(
            List.of(
                bySubject(fresh, "vitals", TODAY), bySubject(known.getLast(), "vitals", TODAY)));
    keys.forEach(key -> assertThat(key.path("status").asText()).isEqualTo("ok"));
    assertThat(
            telemetry
                .keys(
                    List.of(
                        byId(
                            UUID.fromString(keys.path(0).path("subjectKeyId").asText()),
                            "vitals",
                            TODAY)))
                .path(0)
                .path("key"))
        .isEqualTo(keys.path(0).path("key"));
  }

  private List<Row> rows() throws SQLException {
    return rows(KeyServers.bed().postgres().superuser(DATABASE));
  }

  private List<Row> rows(PostgresLogin server) throws SQLException {
    return rows(server, organisation);
  }

  private static List<Row> rows(PostgresLogin server, UUID of) throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (Connection database = server.open();
        PreparedStatement select =
            database.prepareStatement(
                "SELECT id, subject_id, shard, kek_version, wrapped FROM subject_key"
                    + " WHERE organisation_id = ? AND wrapped IS NOT NULL ORDER BY id")) {
      select.setObject(1, of);
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          KekVersion kek = new KekVersion(new KekName(of, found.getInt(3)), found.getInt(4));
          rows.add(
              new Row(
                  found.getObject(1, UUID.class),
                  new Subject(of, SubjectKind.PATIENT, found.getObject(2, UUID.class)),
                  new Wrapped(kek, ByteString.copyFrom(found.getBytes(5)))));
        }
      }
    }
    return rows;
  }

  /** Those that open, by id. */
  private Map<UUID, String> open(List<Row> rows) {
    List<Unwrapped> answers =
        keks.unwrap(rows.stream().map(Row::toUnwrap).toList()).toCompletableFuture().join();
    Map<UUID, String> keys = new HashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      if (answers.get(i) instanceof Unwrapped.Key(SecretBytes bytes)) {
        keys.put(rows.get(i).id(), bytes.use(HexFormat.of()::formatHex));
      }
    }
    return keys;
  }

  private static void in(PostgresServer copy, String sql, UUID id) throws SQLException {
    try (Connection database = copy.superuser(DATABASE).open();
        Statement statement = database.createStatement()) {
      if (sql.startsWith(REPLICA)) {
        statement.execute("SET session_replication_role = replica");
      }
      assertThat(statement.executeUpdate(sql.replace(REPLICA, "").formatted(id))).isEqualTo(1);
    }
  }

  private HttpResponse<String> send(PeopleClient people, String method, String path)
      throws Exception {
    return send(people, organisation, method, path);
  }

  private static HttpResponse<String> send(PeopleClient people, UUID of, String method, String path)
      throws Exception {
    return people.send(method, path, TestTokens.of("custodian", of, "key-custodian"), null);
  }

  private void refused(PeopleClient people, String method, String path, String gate)
      throws Exception {
    HttpResponse<String> answer = send(people, method, path);
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(KeysClient.json(answer.body()).path("code").asText()).isEqualTo(gate);
  }

  private JsonNode items(PeopleClient people, String path) throws Exception {
    return items(people, organisation, path);
  }

  private static JsonNode items(PeopleClient people, UUID of, String path) throws Exception {
    HttpResponse<String> answer = send(people, of, "GET", path);
    assertThat(answer.statusCode()).isEqualTo(200);
    return KeysClient.json(answer.body()).path("items");
  }

  private java.util.function.Predicate<io.pulsewarden.contracts.audit.v1.AuditEvent> of(
      AuditAction action) {
    return event ->
        event.getAction() == action && event.getOrganisationId().equals(organisation.toString());
  }

  private KeysClient telemetry() throws Exception {
    return new KeysClient(
        dataKeys,
        KeyServers.bed().serviceCa().certificate(),
        KeyServers.bed()
            .serviceCa()
            .issueService("telemetry-service", ServiceTestBed.TRUST_DOMAIN));
  }

  private Subject patient() {
    return new Subject(organisation, SubjectKind.PATIENT, UUID.randomUUID());
  }
}
