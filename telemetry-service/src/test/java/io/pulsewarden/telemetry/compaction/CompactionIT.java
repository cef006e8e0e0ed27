package io.pulsewarden.telemetry.compaction;

import static io.pulsewarden.telemetry.Clinic.heartRate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.telemetry.Clinic;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Opened;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.store.BlockSwap;
import io.pulsewarden.telemetry.store.CompactionStore;
import io.pulsewarden.telemetry.store.CompactionStore.Group;
import io.pulsewarden.telemetry.store.CompactionStore.Patient;
import io.pulsewarden.telemetry.store.Members;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.store.VitalBlockStore;
import io.pulsewarden.telemetry.vitals.Reading;
import io.pulsewarden.telemetry.vitals.VitalSign;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class CompactionIT {

  /** The beginning of an hour. */
  private static final long TIME = 1_794_999_600_000L;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Sealing sealing;
  @Inject InMemoryBaseKeys keys;
  @Inject CompactionStore store;
  @Inject VitalBlockStore blocks;

  private final UUID assignment = UUID.randomUUID();
  private Clinic clinic;
  private UUID id;
  private Patient patient;

  @BeforeEach
  void open() {
    clinic = new Clinic(base, sealing);
    id = clinic.patientInCare("MRN-compacted-" + assignment);
    patient = new Patient(clinic.organisation, id);
  }

  @AfterEach
  void close() {
    clinic.close();
  }

  @Test
  void shouldChangeNothingThatAReaderSees() throws SQLException {
    send(
        heartRate(TIME, "62.8"),
        new Reading.BloodPressure(TIME, new BigDecimal(120), null, new BigDecimal("92.5")));
    send(
        heartRate(TIME + 1_000, "63"), new Reading.Quantity(VitalSign.STEPS, TIME, BigDecimal.TEN));
    send(heartRate(TIME, "62.8")); // Once more.
    send(heartRate(TIME, "64")); // An amendment.
    send(heartRate(TIME + 3_600_000, "65"), heartRate(TIME + 3_599_999, "66"));
    send(heartRate(TIME + 3_600_001, "67"));
    awaitObservations(8);
    Views before = Views.of(this);
    int plain = plain();

    assertThat(compact()).isPositive();

    assertThat(plain()).isLessThan(plain);
    assertThat(compacted()).isPositive();
    assertThat(Views.of(this)).isEqualTo(before);
    assertThat(compact()).as("nothing is left to do").isZero();

    // What comes late stands beside it, merges with it, and is compacted later.
    send(heartRate(TIME, "64"), heartRate(TIME, "68"));
    send(heartRate(TIME + 1_000, "63"), heartRate(TIME + 2_000, "69"));
    awaitObservations(10);
    Views late = Views.of(this);
    assertThat(late.ids()).containsAll(before.ids());
    assertThat(compact()).isPositive();
    assertThat(Views.of(this)).isEqualTo(late);
  }

  @Test
  void shouldLeaveAllOrNothingWhereverItCrashes() throws SQLException {
    for (int i = 0; i < 5; i++) {
      send(heartRate(TIME + i, "" + (60 + i)));
    }
    awaitObservations(5);
    Views before = Views.of(this);
    List<StoredBlock> plain = loaded();

    // Sealed, and not swapped.
    assertThatThrownBy(() -> compactor(false).compact(plain).await().atMost(PATIENCE))
        .hasMessage("crash");
    assertThat(plain()).isEqualTo(5);
    assertThat(Views.of(this)).isEqualTo(before);

    // In the middle of the swap: the plain blocks are deleted, and one too few of them is there.
    List<StoredBlock> more = new ArrayList<>(plain);
    more.add(elsewhere(plain.getLast()));
    assertThat(store.compact(more, plain.getFirst()).await().atMost(PATIENCE)).isFalse();
    assertThat(plain()).isEqualTo(5);
    assertThat(Views.of(this)).isEqualTo(before);

    // Swapped, and nobody told.
    assertThatThrownBy(() -> compactor(true).compact(plain).await().atMost(PATIENCE))
        .hasMessage("crash");
    assertThat(plain()).isZero();
    assertThat(compacted()).isEqualTo(1);
    assertThat(Views.of(this)).isEqualTo(before);
    assertThat(new Compactor(sealing, store).compact(plain).await().atMost(PATIENCE)).isFalse();
    assertThat(compacted()).isEqualTo(1);

    // And back.
    StoredBlock row = rows().getFirst();
    List<Members.Member> members = Members.of(row, open(row));
    assertThat(new Expansion(sealing, store).expand(row, members).await().atMost(PATIENCE))
        .isTrue();
    assertThat(new Expansion(sealing, store).expand(row, members).await().atMost(PATIENCE))
        .isFalse();
    assertThat(plain()).isEqualTo(5);
    assertThat(Views.of(this)).isEqualTo(before);
  }

  @Test
  void shouldCompactOnceWhenTwoDoAtOnce() throws Exception {
    for (int i = 0; i < 40; i++) {
      send(heartRate(TIME + i, "" + (60 + i)));
    }
    awaitObservations(40);
    Views before = Views.of(this);
    List<StoredBlock> plain = loaded();
    CyclicBarrier together = new CyclicBarrier(2);
    int done = 0;
    try (ExecutorService processes = Executors.newFixedThreadPool(2)) {
      List<Future<Boolean>> both = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        both.add(
            processes.submit(
                () -> {
                  together.await();
                  return new Compactor(sealing, store).compact(plain).await().atMost(PATIENCE);
                }));
      }
      for (Future<Boolean> one : both) {
        done += one.get() ? 1 : 0;
      }
    }

    assertThat(done).isEqualTo(1);
    assertThat(plain()).isZero();
    assertThat(Views.of(this)).isEqualTo(before);
  }

  /** Readings of a block are withdrawn while it is being compacted. */
  @Test
  void shouldGiveWayToAWithdrawal() throws Exception {
    send(heartRate(TIME, "60"));
    send(heartRate(TIME + 1, "61"));
    awaitObservations(2);
    List<StoredBlock> plain = loaded();
    CompletableFuture<Boolean> compaction;
    try (Connection withdrawing = TelemetryServers.bed().superuserConnection();
        Statement statement = withdrawing.createStatement()) {
      withdrawing.setAutoCommit(false);
      String of =
          " WHERE partition = %d AND message_offset = %d"
              .formatted(plain.getFirst().partition(), plain.getFirst().offset());
      statement.executeUpdate("UPDATE vital_block SET changed_at = commit_clock()" + of);
      statement.executeUpdate(
          "INSERT INTO withdrawn_reading (partition, message_offset, positions, whole)"
              + " SELECT partition, message_offset, '{0}', true FROM vital_block"
              + of);
      compaction =
          new Compactor(sealing, store)
              .compact(plain)
              .subscribeAsCompletionStage()
              .toCompletableFuture();
      await().until(() -> waiting(statement));
      withdrawing.commit();
    }

    assertThat(compaction.get()).isFalse();
    assertThat(plain()).isEqualTo(2);
    assertThat(statuses()).containsExactly("final", "entered-in-error");
    assertThat(compact()).as("what is withdrawn stays as it is").isZero();
  }

  /** More than one statement's worth, while rows are made and undone all the time. */
  @Test
  void shouldShowAllReadingsWhileTheyAreCompacted() throws Exception {
    int count = 150;
    for (int i = 0; i < count; i++) {
      send(heartRate(TIME + i * 1_000L, "" + (40 + i)));
    }
    awaitObservations(count);
    Views before = Views.of(this);
    CompletableFuture<Void> turning =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 8; i++) {
                compact();
                for (StoredBlock row : rows()) {
                  new Expansion(sealing, store)
                      .expand(row, Members.of(row, open(row)))
                      .await()
                      .atMost(PATIENCE);
                }
              }
            });
    do {
      assertThat(Views.of(this)).isEqualTo(before);
    } while (!turning.isDone());
    turning.join();
  }

  @Test
  void shouldStayErased() throws SQLException {
    send(heartRate(TIME, "60"));
    send(heartRate(TIME + 1, "61"));
    awaitObservations(2);
    assertThat(new Compactor(sealing, store).compact(loaded()).await().atMost(PATIENCE)).isTrue();
    send(heartRate(TIME, "62"));
    send(heartRate(TIME + 1, "63"));
    awaitObservations(4);

    keys.erase(KeySubject.patient(clinic.organisation, id));

    assertThat(compact()).isZero();
    assertThat(clinic.get("/fhir/Observation?patient=" + id, clinic.nurseToken()).statusCode())
        .isEqualTo(410);
    assertThat(
            clinic
                .get("/fhir/Observation?_sort=_lastUpdated&patient=" + id, clinic.nurseToken())
                .statusCode())
        .isEqualTo(410);
  }

  /** All that a reader can see of the patient. */
  private record Views(
      List<JsonNode> newest, List<JsonNode> oldest, List<JsonNode> changes, List<JsonNode> byId) {
    static Views of(CompactionIT test) {
      List<JsonNode> newest = test.search("_count=7");
      return new Views(
          newest,
          test.search("_sort=date&_count=1000"),
          test.search("_sort=_lastUpdated&_count=50"),
          newest.stream().limit(3).map(test::again).toList());
    }

    List<String> ids() {
      return newest.stream().map(each -> each.path("id").asText()).toList();
    }
  }

  private List<JsonNode> search(String how) {
    return clinic.searchAll(how + "&patient=" + id, clinic.nurseToken());
  }

  private JsonNode again(JsonNode observation) {
    return Clinic.json(
        clinic.get("/fhir/Observation/" + observation.path("id").asText(), clinic.nurseToken()));
  }

  private List<String> statuses() {
    return search("").stream().map(each -> each.path("status").asText()).toList();
  }

  /** Also seen by readers of changes: until then a view of them may still grow. */
  private void awaitObservations(int count) {
    await()
        .untilAsserted(
            () -> {
              assertThat(search("_count=1000")).hasSize(count);
              assertThat(search("_sort=_lastUpdated&_count=1000")).hasSize(count);
            });
  }

  private void send(Reading... readings) {
    clinic.sendRaw(
        id,
        clinic.vitals(id, List.of(readings)).toBuilder()
            .setAssignmentId(assignment.toString())
            .build()
            .toByteArray());
  }

  private int compact() {
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(2));
    return new Compaction(store, sealing, later, Duration.ofHours(24), 2).of(patient, () -> true);
  }

  /** All plain blocks, whichever hour they were committed in. */
  private List<StoredBlock> loaded() {
    List<StoredBlock> all = new ArrayList<>();
    for (Group group : store.groups(patient, later(), 1, 10).await().atMost(PATIENCE)) {
      all.addAll(store.blocks(group, 1_000).await().atMost(PATIENCE));
    }
    return all.stream().sorted(Comparator.comparingLong(StoredBlock::offset)).toList();
  }

  private static Instant later() {
    return Clock.systemUTC().instant().plus(Duration.ofDays(1));
  }

  private List<StoredBlock> rows() {
    return blocks
        .walk(
            new VitalBlockStore.Span(clinic.organisation, id, 0, Long.MAX_VALUE),
            VitalBlockStore.Direction.OLDEST_FIRST,
            null,
            1_000)
        .await()
        .atMost(PATIENCE)
        .stream()
        .filter(StoredBlock::compacted)
        .toList();
  }

  private byte[] open(StoredBlock row) {
    Opened opened =
        sealing
            .open(row.context(), Purpose.VITALS, row.envelope().toByteArray())
            .toCompletableFuture()
            .join();
    assertThat(opened).isInstanceOf(Opened.Plaintext.class);
    return ((Opened.Plaintext) opened).bytes();
  }

  private static StoredBlock elsewhere(StoredBlock block) {
    return new StoredBlock(
        block.partition(),
        block.offset() + 1_000_000,
        block.organisation(),
        false,
        block.subject(),
        block.source(),
        block.device(),
        block.firstTimeMillis(),
        block.lastTimeMillis(),
        block.schemaVersion(),
        block.assignment(),
        block.assignmentVersion(),
        block.receivedAtMillis(),
        block.deviceVersion(),
        block.withdrawn(),
        block.change(),
        block.envelope());
  }

  private Compactor compactor(boolean persisted) {
    return new Compactor(
        sealing,
        new BlockSwap() {
          @Override
          public Uni<Boolean> compact(List<StoredBlock> plain, StoredBlock compacted) {
            Uni<Boolean> crash = Uni.createFrom().failure(() -> new IllegalStateException("crash"));
            return persisted ? store.compact(plain, compacted).chain(done -> crash) : crash;
          }

          @Override
          public Uni<Boolean> expand(StoredBlock compacted, List<StoredBlock> plain) {
            throw new AssertionError("nobody asked for this");
          }
        });
  }

  private int plain() throws SQLException {
    return count("schema_version < 3");
  }

  private int compacted() throws SQLException {
    return count("schema_version = 3");
  }

  private int count(String which) throws SQLException {
    try (Connection database = TelemetryServers.bed().superuserConnection();
        Statement statement = database.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) FROM vital_block WHERE subject_id = '" + id + "' AND " + which)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static boolean waiting(Statement statement) throws SQLException {
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT EXISTS (SELECT FROM pg_stat_activity"
                + " WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)))")) {
      rows.next();
      return rows.getBoolean(1);
    }
  }
}
