package io.pulsewarden.audit.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.audit.AuditClient;
import io.pulsewarden.audit.AuditScene;
import io.pulsewarden.audit.AuditServers;
import io.pulsewarden.auditclient.KafkaAuditTrail;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.Finding;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

/** The index is compared with the log, and built anew while it is searched. */
@QuarkusTest
@QuarkusTestResource(AuditServers.class)
class IndexIT {

  private static final int ENTRIES = 40;

  private final AuditScene scene = new AuditScene();

  @Inject IndexWatch watch;
  @Inject IndexCheck check;
  @Inject MeterRegistry metrics;
  @Inject Pool pool;

  @Test
  void shouldNameTheFirstEntryThatTheIndexTellsOtherwise() throws Exception {
    // Given two entries, and whatever else is in the log
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      AuditScene.record(trail, scene.read(scene.organisation, scene.patient));
      AuditScene.record(trail, scene.read(scene.organisation, scene.patient));
    }
    scene.awaitItems(scene.reads(), 2);
    long second = scene.awaitEntry(scene.reads(), scene.auditor).get("index").asLong();
    assertThat(watch.look().first()).isEmpty();
    assertThat(new IndexHealth(watch).call().getStatus()).isEqualTo(Status.UP);

    // When somebody takes a patient from the index, and gives another an entry later on
    superuser("DELETE FROM index_patient WHERE leaf_index = " + second);
    superuser(
        "INSERT INTO index_patient (patient_id, leaf_index) VALUES ('x', %d)"
            .formatted(second + 1));
    IndexCheck.Result result = watch.look();

    // Then
    assertThat(result.first())
        .contains(new IndexDifference(second, "patient", IndexDifference.Kind.MISSING));
    assertThat(new IndexHealth(watch).call().getStatus()).isEqualTo(Status.DOWN);
    assertThat(metrics.get("pulsewarden.audit.index.first.difference").gauge().value())
        .isEqualTo((double) second);
    assertThat(lastComparison()).contains("index-lacks", Long.toString(second));

    // And when the first is mended, the next
    superuser(
        "INSERT INTO index_patient (patient_id, leaf_index) VALUES ('%s', %d)"
            .formatted(scene.patient, second));
    assertThat(watch.look().first())
        .contains(new IndexDifference(second + 1, "patient", IndexDifference.Kind.EXTRA));
    superuser("DELETE FROM index_patient WHERE patient_id = 'x'");
    superuser("UPDATE index_entry SET agent_id = 'somebody' WHERE leaf_index = " + second);
    assertThat(watch.look().first())
        .contains(new IndexDifference(second, "entry", IndexDifference.Kind.MISSING));
    superuser("UPDATE index_entry SET agent_id = 'nurse' WHERE leaf_index = " + second);
    assertThat(watch.look().first()).isEmpty();
    assertThat(new IndexHealth(watch).call().getStatus()).isEqualTo(Status.UP);
  }

  @Test
  void shouldAgreeWithTheLogWhateverWasSent() throws Exception {
    // Given what can't be read, what is too large, and what looks like the sequencer's own word
    byte[] large = new byte[70_000];
    AuditRecord lookalike =
        AuditRecord.newBuilder()
            .setService("audit-service")
            .setFinding(
                Finding.newBuilder()
                    .setKind(FindingKind.FINDING_KIND_OVERSIZED)
                    .setValueHash(ByteString.copyFrom(new byte[32])))
            .build();
    AuditClient.send(
        "no record".getBytes(StandardCharsets.US_ASCII), large, lookalike.toByteArray());
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      AuditScene.record(trail, scene.read(scene.organisation, scene.patient));
    }
    scene.awaitItems(scene.reads(), 1);

    assertThat(check.searched().first()).isEmpty();
  }

  @Test
  void shouldBeBuiltAnewWhileItIsSearched() throws Exception {
    // Given entries that a search finds, and a search that goes on all the time
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      for (int i = 0; i < ENTRIES; i++) {
        AuditScene.record(trail, scene.read(scene.organisation, scene.patient));
      }
      scene.awaitItems(scene.reads(), ENTRIES);
      int before = number("SELECT searched_generation()");
      AtomicBoolean done = new AtomicBoolean();
      AtomicInteger searches = new AtomicInteger();
      AtomicInteger expected = new AtomicInteger(ENTRIES);
      CompletableFuture<Void> searching =
          CompletableFuture.runAsync(
              () -> {
                while (!done.get()) {
                  int atLeast = expected.get();
                  assertThat(scene.client.json(scene.reads(), scene.auditor).get("items").size())
                      .isGreaterThanOrEqualTo(atLeast);
                  searches.incrementAndGet();
                }
              });

      // When the owner has it built, entries come meanwhile, and the owner switches
      int next = number("SELECT begin_index_generation()");
      assertThat(number("SELECT begin_index_generation()")).isEqualTo(next);
      for (int i = 0; i < 5; i++) {
        AuditScene.record(trail, scene.read(scene.organisation, scene.patient));
      }
      scene.awaitItems(scene.reads(), ENTRIES + 5);
      expected.set(ENTRIES + 5);
      awaitBuilt(next);
      int searched = searches.get();
      superuser("CALL switch_index_generation()");
      await().atMost(AuditScene.SOON).until(() -> searches.get() > searched + 2);
      done.set(true);

      // Then no search missed an entry, and the old generation is gone
      assertThat(searching).succeedsWithin(AuditScene.SOON);
      assertThat(next).isGreaterThan(before);
      assertThat(number("SELECT searched_generation()")).isEqualTo(next);
      assertThat(number("SELECT count(*) FROM index_generation")).isEqualTo(1);
      assertThat(
              number(
                  "SELECT count(*) FROM pg_class WHERE relkind = 'r'"
                      + " AND relname ~ '^index_(entry|patient|entity|finding)_'"))
          .isEqualTo(4);
      assertThat(check.searched().first()).isEmpty();
      AuditScene.record(trail, scene.read(scene.organisation, scene.patient));
    }
    scene.awaitItems(scene.reads(), ENTRIES + 6);
  }

  @Test
  void shouldNotBeSwitchedBeforeItIsComplete() throws Exception {
    int before = number("SELECT searched_generation()");
    try (Connection connection = AuditServers.bed().superuserConnection();
        Statement statement = connection.createStatement()) {
      // The service can't see it yet, so that it can't have built it.
      connection.setAutoCommit(false);
      statement.execute("SELECT begin_index_generation()");
      assertThatThrownBy(() -> statement.execute("CALL switch_index_generation()"))
          .hasMessageContaining("is not complete yet");
      connection.rollback();
    }
    assertThat(number("SELECT count(*) FROM index_generation")).isEqualTo(1);
    assertThat(number("SELECT searched_generation()")).isEqualTo(before);
  }

  @Test
  void shouldGoOnWithABuildThatWasCutOff() throws Exception {
    // Given what a crash after some batch leaves: the first entries, and no word that it is built
    int next = number("SELECT begin_index_generation()");
    awaitBuilt(next);
    try (Connection connection = AuditServers.bed().superuserConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String table : List.of("entry", "patient", "entity", "finding")) {
        statement.execute(
            "DELETE FROM index_%s WHERE generation = %d AND leaf_index BETWEEN 3 AND %s"
                    .formatted(
                        table,
                        next,
                        "(SELECT from_leaf - 1 FROM index_generation WHERE generation = " + next)
                + ")");
      }
      statement.execute("DELETE FROM index_built WHERE generation = " + next);
      connection.commit();
    }

    // Then the service completes it, and the owner can switch
    awaitBuilt(next);
    assertThat(check.of(next).first()).isEmpty();
    superuser("CALL switch_index_generation()");
    assertThat(number("SELECT searched_generation()")).isEqualTo(next);
  }

  @Test
  void shouldBeBuiltAnewWhereNothingIsLeftOfIt() throws Exception {
    // Given an index that was emptied, with what says which generation is searched
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      AuditScene.record(trail, scene.read(scene.organisation, scene.patient));
      scene.awaitItems(scene.reads(), 1);
      superuser(
          "TRUNCATE index_entry, index_patient, index_entity, index_finding, index_built,"
              + " index_generation");
      assertThat(scene.client.json(scene.reads(), scene.auditor).get("items").size()).isZero();
      AuditScene.record(trail, scene.read(scene.organisation, scene.patient));

      // When the owner has it built
      int next = number("SELECT begin_index_generation()");
      awaitBuilt(next);
      superuser("CALL switch_index_generation()");

      // Then all is found again
      scene.awaitItems(scene.reads(), 2);
      assertThat(check.searched().first()).isEmpty();
    }
  }

  private static void awaitBuilt(int generation) {
    await()
        .atMost(AuditScene.SOON)
        .until(
            () -> number("SELECT count(*) FROM index_built WHERE generation = " + generation) == 1);
  }

  @Test
  void shouldBeTheOwnersToBeginAndSwitch() {
    for (String sql :
        List.of(
            "SELECT begin_index_generation()",
            "CALL switch_index_generation()",
            "UPDATE index_generation SET searched = false",
            "DELETE FROM index_entry",
            "DELETE FROM index_entry_1",
            "UPDATE index_patient SET patient_id = 'x'",
            "DELETE FROM index_entity",
            "DELETE FROM index_built",
            "UPDATE patient_login SET patient_id = NULL",
            "DELETE FROM patient_login")) {
      assertThatThrownBy(() -> pool.query(sql).execute().await().atMost(AuditScene.SOON))
          .as(sql)
          .satisfies(
              refused ->
                  assertThat(refused.getMessage())
                      .containsAnyOf("permission denied", "does not exist"));
    }
  }

  private String lastComparison() throws SQLException {
    try (Connection connection = AuditServers.bed().superuserConnection();
        Statement statement = connection.createStatement()) {
      return await()
          .atMost(AuditScene.SOON)
          .until(
              () -> {
                try (ResultSet rows =
                    statement.executeQuery(
                        "SELECT encode(value, 'escape') FROM log_leaf"
                            + " JOIN entry_index ON index = leaf_index"
                            + " WHERE action = 430 AND outcome = 3"
                            + " ORDER BY index DESC LIMIT 1")) {
                  return rows.next() ? rows.getString(1) : "";
                }
              },
              leaf -> !leaf.isEmpty());
    }
  }

  private static int number(String sql) throws SQLException {
    try (Connection connection = AuditServers.bed().superuserConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static void superuser(String sql) throws SQLException {
    try (Connection connection = AuditServers.bed().superuserConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
