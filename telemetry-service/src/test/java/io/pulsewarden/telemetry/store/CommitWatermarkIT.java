package io.pulsewarden.telemetry.store;

import static io.pulsewarden.telemetry.Clinic.heartRate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.telemetry.Clinic;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.vitals.Reading;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Readers by {@code _lastUpdated} beside writers whose commits come in another order. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class CommitWatermarkIT {

  /** Kafka does not have them, so that nobody else reads them. */
  private static final AtomicInteger PARTITIONS = new AtomicInteger(5_000);

  private static final long TIME = 1_795_000_000_000L;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject VitalsSink sink;
  @Inject Sealing sealing;

  private final int first = PARTITIONS.getAndAdd(10);
  private Clinic clinic;
  private UUID patient;

  @BeforeEach
  void open() throws SQLException {
    clinic = new Clinic(base, sealing);
    patient = clinic.patientInCare("MRN-watermark-" + first);
    announced();
  }

  /** Whose the device's readings are is known: writers don't meet in asking for a look at it. */
  private void announced() throws SQLException {
    try (Connection database = TelemetryServers.bed().superuserConnection();
        PreparedStatement insert =
            database.prepareStatement(
                "INSERT INTO device_wearing (device_id, version) VALUES (?, 0)")) {
      insert.setObject(1, clinic.device);
      insert.executeUpdate();
    }
  }

  @AfterEach
  void close() {
    clinic.close();
  }

  @Test
  void shouldServeNothingBehindAWriterThatHasNotCommitted() throws Exception {
    Writer slow = new Writer(first);
    Writer quick = new Writer(first + 1);
    slow.store(heartRate(TIME, "60"));
    await().untilAsserted(() -> assertThat(changes("")).extracting(Seen::value).hasSize(1));

    CompletableFuture<Void> paused;
    try (Connection obstacle = TelemetryServers.bed().superuserConnection()) {
      obstacle.setAutoCommit(false);
      // The writer has written its blocks, and waits here for what it writes next.
      slow.obstruct(obstacle);
      paused = slow.storing(heartRate(TIME + 1_000, "61"));
      await().until(() -> waiting(obstacle));
      quick.store(heartRate(TIME + 2_000, "62"));

      assertThat(clinic.searchAll("patient=" + patient, clinic.nurseToken()))
          .as("committed, and found by its time")
          .hasSize(2);
      assertThat(changes("")).extracting(Seen::value).as("not yet").containsExactly("60");
      obstacle.rollback();
    }
    paused.join();

    await()
        .untilAsserted(
            () ->
                assertThat(changes("")).extracting(Seen::value).containsExactly("60", "61", "62"));
  }

  /** Whoever goes on from the time that they saw last has seen everything in the end, once. */
  @Test
  void shouldNeverMissAReadingWhoeverCommitsLate() throws Exception {
    int writers = 4;
    int batches = 15;
    List<Seen> seen = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
      List<CompletableFuture<Void>> done =
          IntStream.range(0, writers)
              .mapToObj(
                  number ->
                      CompletableFuture.runAsync(
                          () -> {
                            Writer writer = new Writer(first + number);
                            for (int i = 0; i < batches; i++) {
                              int unique = number * batches + i;
                              writer.store(heartRate(TIME + unique, "" + (40 + unique)));
                            }
                          },
                          threads))
              .toList();
      CompletableFuture<Void> all = CompletableFuture.allOf(done.toArray(CompletableFuture[]::new));
      do {
        seen.addAll(next(seen));
      } while (!all.isDone());
      all.join();
    }
    await()
        .untilAsserted(
            () -> {
              seen.addAll(next(seen));
              assertThat(seen).hasSize(writers * batches);
            });
    Set<String> different = new HashSet<>(seen.stream().map(Seen::value).toList());
    assertThat(different).hasSize(writers * batches);
    assertThat(seen.stream().map(Seen::updated)).isSorted();
  }

  /** A copy that comes later is a change, and shows the reading once, with the id that it had. */
  @Test
  void shouldShowAReadingOnceHoweverOftenItIsStoredAndWhateverPagesAre() {
    Writer one = new Writer(first);
    Writer other = new Writer(first + 1);
    one.store(heartRate(TIME, "60"), heartRate(TIME + 1, "61"), heartRate(TIME + 2, "62"));
    await().untilAsserted(() -> assertThat(changes("")).hasSize(3));
    String id = changes("").getFirst().id();
    other.store(heartRate(TIME, "60"), heartRate(TIME + 3, "63"));

    await()
        .untilAsserted(
            () ->
                assertThat(changes("&_count=1"))
                    .extracting(Seen::value)
                    .containsExactly("61", "62", "60", "63"));
    assertThat(changes("&_count=2").get(2).id()).isEqualTo(id);
    assertThat(changes("&code=8867-4")).hasSize(4);
    assertThat(changes("&code=9279-1")).isEmpty();
    assertThat(clinic.get(search("&_sort=date&_lastUpdated=gt2020"), clinic.nurseToken()))
        .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(400));
  }

  /** What a reader took from an Observation. */
  private record Seen(String id, String value, String updated) {
    static Seen of(JsonNode observation) {
      return new Seen(
          observation.path("id").asText(),
          observation.path("valueQuantity").path("value").asText(),
          observation.path("meta").path("lastUpdated").asText());
    }
  }

  /** As a client does that keeps no cursor but the last time it saw. */
  private List<Seen> next(List<Seen> seen) {
    return seen.isEmpty() ? changes("") : changes("&_lastUpdated=gt" + seen.getLast().updated());
  }

  private List<Seen> changes(String more) {
    return clinic
        .searchAll("_sort=_lastUpdated&patient=" + patient + more, clinic.nurseToken())
        .stream()
        .map(Seen::of)
        .toList();
  }

  private String search(String more) {
    return "/fhir/Observation?patient=" + patient + more;
  }

  /** Whether somebody waits for this connection. */
  private static boolean waiting(Connection obstacle) throws SQLException {
    try (Statement statement = obstacle.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT EXISTS (SELECT FROM pg_stat_activity"
                    + " WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)))")) {
      rows.next();
      return rows.getBoolean(1);
    }
  }

  /** What the store's consumer of one partition does. */
  private final class Writer {

    private final TopicPartition partition;
    private long next;

    Writer(int number) {
      partition = new TopicPartition("telemetry.vitals.v1", number);
      next = sink.position(partition).await().atMost(PATIENCE);
    }

    void store(Reading... readings) {
      storing(readings).join();
    }

    CompletableFuture<Void> storing(Reading... readings) {
      ConsumerRecord<byte[], byte @Nullable []> record =
          new ConsumerRecord<>(
              partition.topic(),
              partition.partition(),
              next,
              new byte[0],
              clinic.vitals(patient, List.of(readings)).toByteArray());
      return sink.store(partition, next++, List.of(record))
          .replaceWithVoid()
          .subscribeAsCompletionStage()
          .toCompletableFuture()
          .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** The range that it will write next is being written by another transaction already. */
    void obstruct(Connection obstacle) throws SQLException {
      try (PreparedStatement insert =
          obstacle.prepareStatement(
              """
              INSERT INTO stored_range (topic, partition, first_offset, last_offset, merkle_root,
                record_count, event_id)
              VALUES (?, ?, ?, ?, decode(repeat('00', 32), 'hex'), 0, gen_random_uuid())\
              """)) {
        insert.setString(1, partition.topic());
        insert.setInt(2, partition.partition());
        insert.setLong(3, next);
        insert.setLong(4, next);
        insert.executeUpdate();
      }
    }
  }
}
