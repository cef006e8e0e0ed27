package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.audit.AuditClient;
import io.pulsewarden.audit.AuditServers;
import io.pulsewarden.auditclient.KafkaAuditTrail;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.junit.jupiter.api.Test;

/** Kafka dies under the sequencer, with records that it has taken and that are in no log yet. */
@QuarkusTest
@QuarkusTestResource(AuditServers.class)
class KafkaAwayIT {

  private static final Duration SOON = Duration.ofMinutes(2);
  private static final int EVENTS = 200;

  private static final String WAITING =
      " FROM pg_stat_activity WHERE usename = 'audit_service' AND wait_event_type = 'Lock'";

  @Inject LogStore store;
  @Inject @Readiness SequencerHealth health;

  @TestHTTPResource(value = "/", management = true, tls = true)
  URI management;

  private final AuditClient client = new AuditClient();
  private final String run = UUID.randomUUID().toString();

  @Test
  void shouldLogEachRecordOnceWhenKafkaComesBack() throws Exception {
    await().atMost(SOON).until(() -> status() == HealthCheckResponse.Status.UP);
    await()
        .atMost(SOON)
        .until(() -> store.latestCheckpoint().filter(newest -> newest.size() > 0).isPresent());
    try (KafkaAuditTrail trail = AuditClient.trail("key-management-service")) {
      try {
        // Given records that Kafka has taken, and a database in which none can be added
        try (Connection lock = AuditServers.bed().superuserConnection()) {
          pauseInserts(lock);
          recordAll(trail);
          await().atMost(SOON).until(() -> number("SELECT count(*)" + WAITING) > 0);

          // When Kafka dies, and then the database's session: what was read is read again, if at
          // all
          AuditServers.bed().kafka().kill();
          number("SELECT count(pg_terminate_backend(pid))" + WAITING);
          await().atMost(SOON).until(() -> number("SELECT count(*)" + WAITING) == 0);
          lock.rollback();
        }

        // Then nobody can write, nothing is in the log, and health says so
        assertThat(trail.record(event("during")).toCompletableFuture()).failsWithin(SOON);
        assertThat(
                client
                    .get(
                        "/v1/entries", Optional.of(AuditClient.token(UUID.randomUUID(), "auditor")))
                    .statusCode())
            .isEqualTo(503);
        await().atMost(SOON).until(() -> status() == HealthCheckResponse.Status.DOWN);
        // What can't be audited is not shown; what holds hashes is, and must be reached for that.
        assertThat(
                RestAssured.given()
                    .relaxedHTTPSValidation()
                    .get(management.resolve("/q/health/group/traffic"))
                    .statusCode())
            .isEqualTo(200);
        for (String open : List.of("/checkpoint", "/v1/proofs/receipt?index=0")) {
          assertThat(client.get(open, Optional.empty()).statusCode()).as(open).isEqualTo(200);
        }
        assertThat(LoggedEvents.ids(store, run)).isEmpty();
        assertThat(status()).isEqualTo(HealthCheckResponse.Status.DOWN);
      } finally {
        AuditServers.bed().kafka().restart();
      }

      // And when it is back, each is in the log once, in order, and published
      await().atMost(SOON).until(() -> LoggedEvents.ids(store, run).size() >= EVENTS);
      String after = await().atMost(SOON).until(() -> recorded(trail), id -> !id.isEmpty());
      await().atMost(SOON).until(() -> LoggedEvents.ids(store, run).contains(after));
    }
    List<String> logged = LoggedEvents.ids(store, run);
    assertThat(logged.subList(0, EVENTS))
        .isEqualTo(IntStream.range(0, EVENTS).mapToObj(i -> run + i).toList());
    assertThat(logged).doesNotHaveDuplicates();
    long size = store.head().size();
    await().atMost(SOON).until(() -> store.latestCheckpoint().orElseThrow().size() >= size);
    await().atMost(SOON).until(() -> status() == HealthCheckResponse.Status.UP);
    assertThat(client.verify(Optional.empty()).problems())
        .filteredOn(
            problem -> problem.index() < 0 || problem.message().contains("key-management-service"))
        .isEmpty();
  }

  /** Reading goes on; whoever adds leaves waits until this transaction ends. */
  private static void pauseInserts(Connection lock) throws SQLException {
    lock.setAutoCommit(false);
    try (Statement statement = lock.createStatement()) {
      statement.execute("LOCK TABLE log_leaf IN SHARE MODE");
    }
  }

  private void recordAll(KafkaAuditTrail trail) {
    List<CompletableFuture<Void>> taken =
        IntStream.range(0, EVENTS)
            .mapToObj(i -> trail.record(event(Integer.toString(i))).toCompletableFuture())
            .toList();
    assertThat(CompletableFuture.allOf(taken.toArray(CompletableFuture<?>[]::new)))
        .succeedsWithin(SOON);
  }

  /** The id of an event that Kafka took; each try has its own, since what fails may be there. */
  private String recorded(KafkaAuditTrail trail) {
    AuditEvent event = event(UUID.randomUUID().toString());
    return trail
        .record(event)
        .toCompletableFuture()
        .handle((done, failure) -> failure == null ? event.getEventId() : "")
        .join();
  }

  private AuditEvent event(String id) {
    return AuditEvent.newBuilder().setEventId(run + id).build();
  }

  private HealthCheckResponse.Status status() {
    return health.call().getStatus();
  }

  private static long number(String sql) throws SQLException {
    try (Connection connection = AuditServers.bed().superuserConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
