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
import io.pulsewarden.platform.schema.SchemaMigrator;
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

/**
 * Rotation and trim on the real database, while keys are handed out and unwrapped all the time. A
 * backup is a copy of all rows into a second database of the same server: the server's own pg_dump
 * is not among the binaries that tests have.
 */
@QuarkusTest
@QuarkusTestResource(KeyServers.class)
class KekRotationIT {

  private static final int TODAY = 20780;
  private static final List<String> TABLES =
      List.of("subject_key", "kek_rotation", "kek_trim", "kek_floor");

  @TestHTTPResource(value = "/", tls = true)
  URI url;

  @TestHTTPResource(value = "/v1/data-keys", tls = true)
  URI dataKeys;

  @Inject KekProvider keks;

  private final UUID organisation = UUID.randomUUID();

  /** A row as a reader sees it who then takes a while. */
  private record Row(UUID id, Subject subject, Wrapped wrapped) {
    ToUnwrap toUnwrap() {
      return new ToUnwrap(wrapped, WrapContext.associated(subject, id, 1));
    }
  }

  @Test
  void shouldRotateAndTrimUnderLoadSoThatABackupFromBeforeOpensNothing() throws Exception {
    List<Subject> patients = Stream.generate(this::patient).limit(200).toList();
    Map<UUID, String> before;
    List<Row> oldBackup;
    try (KeysClient telemetry = telemetry();
        PeopleClient people = new PeopleClient(url);
        ExecutorService threads = Executors.newFixedThreadPool(3)) {
      telemetry.keys(patients.stream().map(each -> bySubject(each, "vitals", TODAY)).toList());
      oldBackup = rows();
      before = open(oldBackup);
      assertThat(before).hasSize(200);
      refused(people, "POST", "/v1/kek-trims", "nothing-to-trim");

      AtomicBoolean over = new AtomicBoolean();
      AtomicInteger answered = new AtomicInteger();
      ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
      threads.execute(() -> load(over, answered, failures, () -> handOut(telemetry, patients)));
      threads.execute(() -> load(over, answered, failures, () -> open(rows())));

      assertThat(send(people, "POST", "/v1/kek-rotations").statusCode()).isEqualTo(202);
      await()
          .untilAsserted(
              () -> {
                JsonNode items = items(people, "/v1/kek-rotations");
                assertThat(items).isNotEmpty();
                items.forEach(
                    each -> {
                      assertThat(each.path("left").asLong()).isZero();
                      assertThat(each.path("finishedAt").isNull()).isFalse();
                    });
              });
      assertThat(rows()).allMatch(row -> row.wrapped().kek().version() == 2);
      assertThat(open(rows())).containsAllEntriesOf(before);

      refused(people, "POST", "/v1/kek-trims/verification", "not-proven");
      dropCopy();
      restore();
      assertThat(send(people, "POST", "/v1/kek-trims").statusCode()).isEqualTo(202);
      refused(people, "POST", "/v1/kek-trims/verification", "backup-too-old");
      insertingBelowTheFloorFails(oldBackup.getFirst());

      dropCopy();
      refused(people, "POST", "/v1/kek-trims/verification", "copy-unreachable");
      restore();
      inCopy("UPDATE subject_key SET wrapped = wrapped || '\\x00' WHERE id = '%s'", oldBackup);
      refused(people, "POST", "/v1/kek-trims/verification", "copy-does-not-open");
      inCopy("DELETE FROM subject_key WHERE id = '%s'", oldBackup);
      refused(people, "POST", "/v1/kek-trims/verification", "copy-incomplete");
      assertThat(open(oldBackup)).isEqualTo(before);

      dropCopy();
      restore();
      assertThat(send(people, "POST", "/v1/kek-trims/verification").statusCode()).isEqualTo(202);
      await()
          .untilAsserted(
              () ->
                  items(people, "/v1/kek-trims")
                      .forEach(
                          each -> assertThat(each.path("state").asText()).isEqualTo("trimmed")));

      int sinceTrim = answered.get();
      await().until(() -> answered.get() > sinceTrim + 4);
      over.set(true);
      assertThat(failures).isEmpty();
    }
    assertThat(open(oldBackup)).isEmpty();
    assertThat(open(rows())).containsAllEntriesOf(before);
    AuditLog.await(of(AuditAction.AUDIT_ACTION_KEK_ROTATED));
    AuditLog.await(of(AuditAction.AUDIT_ACTION_KEK_REWRAPPED));
    AuditLog.await(of(AuditAction.AUDIT_ACTION_KEK_TRIM_PROVEN));
    AuditLog.await(of(AuditAction.AUDIT_ACTION_KEK_TRIM_REFUSED));
    AuditLog.await(of(AuditAction.AUDIT_ACTION_KEK_TRIMMED));
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
                bySubject(fresh, "vitals", TODAY), bySubject(known.getFirst(), "vitals", TODAY)));
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
    List<Row> rows = new ArrayList<>();
    try (Connection database = KeyServers.bed().superuserConnection();
        PreparedStatement select =
            database.prepareStatement(
                "SELECT id, subject_id, shard, kek_version, wrapped FROM subject_key"
                    + " WHERE organisation_id = ?")) {
      select.setObject(1, organisation);
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          KekVersion kek =
              new KekVersion(new KekName(organisation, found.getInt(3)), found.getInt(4));
          rows.add(
              new Row(
                  found.getObject(1, UUID.class),
                  new Subject(organisation, SubjectKind.PATIENT, found.getObject(2, UUID.class)),
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

  private static void dropCopy() throws SQLException {
    try (Connection live = KeyServers.bed().superuserConnection();
        Statement statement = live.createStatement()) {
      statement.execute("DROP DATABASE IF EXISTS " + KeyServers.RESTORED_COPY + " WITH (FORCE)");
    }
  }

  private static void restore() throws SQLException {
    try (Connection live = KeyServers.bed().superuserConnection();
        Statement statement = live.createStatement()) {
      statement.execute("CREATE DATABASE " + KeyServers.RESTORED_COPY);
    }
    Path migrations =
        Path.of(System.getProperty("pulsewarden.root"))
            .resolve("key-management-service/src/main/resources/db/migration");
    SchemaMigrator.migrate(
        KeyServers.bed().postgres().superuser(KeyServers.RESTORED_COPY), migrations);
    try (Connection live = KeyServers.bed().superuserConnection();
        Connection copy = KeyServers.bed().postgres().superuser(KeyServers.RESTORED_COPY).open()) {
      live.setAutoCommit(false);
      live.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      for (String table : TABLES) {
        copyRows(live, copy, table);
      }
    }
  }

  private static void copyRows(Connection live, Connection copy, String table) throws SQLException {
    try (Statement read = live.createStatement();
        ResultSet rows = read.executeQuery("SELECT to_jsonb(t)::text FROM " + table + " t");
        PreparedStatement write =
            copy.prepareStatement(
                "INSERT INTO %s SELECT * FROM jsonb_populate_record(null::%s, ?::jsonb)"
                    .formatted(table, table))) {
      while (rows.next()) {
        write.setString(1, rows.getString(1));
        write.addBatch();
      }
      write.executeBatch();
    }
  }

  private static void inCopy(String sql, List<Row> rows) throws SQLException {
    try (Connection copy = KeyServers.bed().postgres().superuser(KeyServers.RESTORED_COPY).open();
        Statement statement = copy.createStatement()) {
      assertThat(statement.executeUpdate(sql.formatted(rows.getFirst().id()))).isEqualTo(1);
    }
  }

  private HttpResponse<String> send(PeopleClient people, String method, String path)
      throws Exception {
    return people.send(
        method, path, TestTokens.of("custodian", organisation, "key-custodian"), null);
  }

  private void refused(PeopleClient people, String method, String path, String gate)
      throws Exception {
    HttpResponse<String> answer = send(people, method, path);
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(KeysClient.json(answer.body()).path("code").asText()).isEqualTo(gate);
  }

  private JsonNode items(PeopleClient people, String path) throws Exception {
    HttpResponse<String> answer = send(people, "GET", path);
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
