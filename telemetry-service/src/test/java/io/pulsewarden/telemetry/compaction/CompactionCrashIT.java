package io.pulsewarden.telemetry.compaction;

import static io.pulsewarden.telemetry.Clinic.heartRate;
import static io.pulsewarden.telemetry.compaction.CompactionBed.PATIENCE;
import static io.pulsewarden.telemetry.compaction.CompactionBed.TIME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.telemetry.KilledBackend;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.store.BlockSwap;
import io.pulsewarden.telemetry.store.CompactionStore;
import io.pulsewarden.telemetry.store.Members;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.store.VitalBlockStore;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a crash leaves, wherever it comes. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class CompactionCrashIT {

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Sealing sealing;
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
  void shouldLeaveAllOrNothingWhereverItCrashes() throws SQLException {
    for (int i = 0; i < 5; i++) {
      bed.send(heartRate(TIME + i, "" + (60 + i)));
    }
    bed.awaitObservations(5);
    CompactionBed.Views before = bed.views();
    List<StoredBlock> plain = bed.loaded();

    // Sealed, and not swapped.
    assertThatThrownBy(() -> compactor(false).compact(plain).await().atMost(PATIENCE))
        .hasMessage("crash");
    assertThat(bed.plain()).isEqualTo(5);
    assertThat(bed.views()).isEqualTo(before);

    // In the middle of the swap: the plain blocks are deleted, and one too few of them is there.
    List<StoredBlock> more = new ArrayList<>(plain);
    more.add(CompactionBed.elsewhere(plain.getLast()));
    assertThat(bed.store.compact(more, plain.getFirst()).await().atMost(PATIENCE)).isFalse();
    assertThat(bed.plain()).isEqualTo(5);
    assertThat(bed.views()).isEqualTo(before);

    // Swapped, and nobody told.
    assertThatThrownBy(() -> compactor(true).compact(plain).await().atMost(PATIENCE))
        .hasMessage("crash");
    assertThat(bed.plain()).isZero();
    assertThat(bed.compacted()).isEqualTo(1);
    assertThat(bed.views()).isEqualTo(before);
    assertThat(new Compactor(sealing, bed.store).compact(plain).await().atMost(PATIENCE)).isFalse();
    assertThat(bed.compacted()).isEqualTo(1);

    // And back.
    StoredBlock row = bed.rows().getFirst();
    List<Members.Member> members = Members.of(row, bed.open(row));
    assertThat(new Expansion(sealing, bed.store).expand(row, members).await().atMost(PATIENCE))
        .isTrue();
    assertThat(new Expansion(sealing, bed.store).expand(row, members).await().atMost(PATIENCE))
        .isFalse();
    assertThat(bed.plain()).isEqualTo(5);
    assertThat(bed.views()).isEqualTo(before);
  }

  /** kill -9 of the database's process, in the middle of the swap: the blocks are deleted. */
  @Test
  void shouldLeaveThePlainBlocksWhenTheDatabaseIsKilledInTheSwap() throws Exception {
    for (int i = 0; i < 3; i++) {
      bed.send(heartRate(TIME + i, "" + (60 + i)));
    }
    bed.awaitObservations(3);
    CompactionBed.Views before = bed.views();
    List<StoredBlock> plain = bed.loaded();

    try (KilledBackend insert =
        KilledBackend.atInsertInto("vital_block", "NEW.schema_version = 3")) {
      CompletableFuture<Boolean> compaction =
          new Compactor(sealing, store)
              .compact(plain)
              .subscribeAsCompletionStage()
              .toCompletableFuture();
      insert.kill();
      assertThat(compaction).failsWithin(PATIENCE);
    }

    await().ignoreExceptions().untilAsserted(() -> assertThat(bed.plain()).isEqualTo(3));
    assertThat(bed.compacted()).isZero();
    await().untilAsserted(() -> assertThat(bed.views()).isEqualTo(before));
    assertThat(bed.compact()).isEqualTo(1);
    assertThat(bed.views()).isEqualTo(before);
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
}
