package io.pulsewarden.telemetry.compaction;

import static io.pulsewarden.telemetry.Clinic.heartRate;
import static io.pulsewarden.telemetry.compaction.CompactionBed.PATIENCE;
import static io.pulsewarden.telemetry.compaction.CompactionBed.TIME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.store.CompactionStore;
import io.pulsewarden.telemetry.store.Members;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.store.VitalBlockStore;
import io.pulsewarden.telemetry.vitals.Reading;
import io.pulsewarden.telemetry.vitals.VitalSign;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
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

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Sealing sealing;
  @Inject InMemoryBaseKeys keys;
  @Inject CompactionStore store;
  @Inject VitalBlockStore blocks;

  private CompactionBed bed;

  @BeforeEach
  void open() {
    bed = new CompactionBed(base, sealing, store, blocks);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void shouldChangeNothingThatAReaderSees() throws SQLException {
    bed.send(
        heartRate(TIME, "62.8"),
        new Reading.BloodPressure(TIME, new BigDecimal(120), null, new BigDecimal("92.5")));
    bed.send(
        heartRate(TIME + 1_000, "63"), new Reading.Quantity(VitalSign.STEPS, TIME, BigDecimal.TEN));
    bed.send(heartRate(TIME, "62.8")); // Once more.
    bed.send(heartRate(TIME, "64")); // An amendment.
    bed.send(heartRate(TIME + 3_600_000, "65"), heartRate(TIME + 3_599_999, "66"));
    bed.send(heartRate(TIME + 3_600_001, "67"));
    bed.awaitObservations(8);
    CompactionBed.Views before = bed.views();
    int plain = bed.plain();

    assertThat(bed.compact()).isPositive();

    assertThat(bed.plain()).isLessThan(plain);
    assertThat(bed.compacted()).isPositive();
    assertThat(bed.views()).isEqualTo(before);
    assertThat(bed.compact()).as("nothing is left to do").isZero();

    // What comes late stands beside it, merges with it, and is compacted later.
    bed.send(heartRate(TIME, "64"), heartRate(TIME, "68"));
    bed.send(heartRate(TIME + 1_000, "63"), heartRate(TIME + 2_000, "69"));
    bed.awaitObservations(10);
    CompactionBed.Views late = bed.views();
    assertThat(late.ids()).containsAll(before.ids());
    assertThat(bed.compact()).isPositive();
    assertThat(bed.views()).isEqualTo(late);
  }

  @Test
  void shouldCompactOnceWhenTwoDoAtOnce() throws Exception {
    for (int i = 0; i < 40; i++) {
      bed.send(heartRate(TIME + i, "" + (60 + i)));
    }
    bed.awaitObservations(40);
    CompactionBed.Views before = bed.views();
    List<StoredBlock> plain = bed.loaded();
    CyclicBarrier together = new CyclicBarrier(2);
    int done = 0;
    try (ExecutorService processes = Executors.newFixedThreadPool(2)) {
      List<Future<Boolean>> both = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        both.add(
            processes.submit(
                () -> {
                  together.await();
                  return new Compactor(sealing, bed.store).compact(plain).await().atMost(PATIENCE);
                }));
      }
      for (Future<Boolean> one : both) {
        done += one.get() ? 1 : 0;
      }
    }

    assertThat(done).isEqualTo(1);
    assertThat(bed.plain()).isZero();
    assertThat(bed.views()).isEqualTo(before);
  }

  /** Readings of a block are withdrawn while it is being compacted. */
  @Test
  void shouldGiveWayToAWithdrawal() throws Exception {
    bed.send(heartRate(TIME, "60"));
    bed.send(heartRate(TIME + 1, "61"));
    bed.awaitObservations(2);
    List<StoredBlock> plain = bed.loaded();
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
          new Compactor(sealing, bed.store)
              .compact(plain)
              .subscribeAsCompletionStage()
              .toCompletableFuture();
      await().until(() -> CompactionBed.waiting(statement));
      withdrawing.commit();
    }

    assertThat(compaction.get()).isFalse();
    assertThat(bed.plain()).isEqualTo(2);
    assertThat(bed.statuses()).containsExactly("final", "entered-in-error");
    assertThat(bed.compact()).as("what is withdrawn stays as it is").isZero();
  }

  /** More than one statement's worth, while rows are made and undone all the time. */
  @Test
  void shouldShowAllReadingsWhileTheyAreCompacted() throws Exception {
    int count = 150;
    for (int i = 0; i < count; i++) {
      bed.send(heartRate(TIME + i * 1_000L, "" + (40 + i)));
    }
    bed.awaitObservations(count);
    CompactionBed.Views before = bed.views();
    CompletableFuture<Void> turning =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 8; i++) {
                bed.compact();
                for (StoredBlock row : bed.rows()) {
                  new Expansion(sealing, bed.store)
                      .expand(row, Members.of(row, bed.open(row)))
                      .await()
                      .atMost(PATIENCE);
                }
              }
            });
    do {
      assertThat(bed.views()).isEqualTo(before);
    } while (!turning.isDone());
    turning.join();
  }

  @Test
  void shouldStayErased() throws SQLException {
    bed.send(heartRate(TIME, "60"));
    bed.send(heartRate(TIME + 1, "61"));
    bed.awaitObservations(2);
    assertThat(new Compactor(sealing, bed.store).compact(bed.loaded()).await().atMost(PATIENCE))
        .isTrue();
    bed.send(heartRate(TIME, "62"));
    bed.send(heartRate(TIME + 1, "63"));
    bed.awaitObservations(4);

    keys.erase(KeySubject.patient(bed.clinic.organisation, bed.id));

    assertThat(bed.compact()).isZero();
    assertThat(
            bed.clinic
                .get("/fhir/Observation?patient=" + bed.id, bed.clinic.nurseToken())
                .statusCode())
        .isEqualTo(410);
    assertThat(
            bed.clinic
                .get(
                    "/fhir/Observation?_sort=_lastUpdated&patient=" + bed.id,
                    bed.clinic.nurseToken())
                .statusCode())
        .isEqualTo(410);
  }
}
