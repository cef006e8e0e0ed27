package io.pulsewarden.telemetry.wearing;

import static io.pulsewarden.telemetry.Clinic.heartRate;
import static io.pulsewarden.telemetry.wearing.WearingBed.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
import io.pulsewarden.telemetry.keys.Sealing;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Crashes, races between instances, old feeds, and keys that are away. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class WearingCrashIT {

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Sealing sealing;
  @Inject InMemoryBaseKeys keys;
  @Inject WearingStore store;
  @Inject Reconciler reconciler;

  private WearingBed bed;

  @BeforeEach
  void open() {
    bed = new WearingBed(base, sealing, store, reconciler);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void shouldMoveEachBlockOnceWhenTwoInstancesWorkAtOnce() throws Exception {
    UUID anna = bed.clinic.patientInCare("MRN-at-once");
    WearingBed.Instance other = bed.new Instance();
    for (int i = 0; i < 40; i++) {
      bed.clinic.hold(0, List.of(heartRate(bed.hourAgo + i * 1_000L, "70")));
    }
    bed.awaitHeld(40);
    Assignment worn = WearingBed.worn(anna);
    bed.instance.hear(1, worn);
    other.hear(1, worn);

    CyclicBarrier together = new CyclicBarrier(2);
    try (ExecutorService processes = Executors.newFixedThreadPool(2)) {
      List<Future<?>> turns = new ArrayList<>();
      for (WearingBed.Instance one : List.of(bed.instance, other)) {
        turns.add(
            processes.submit(
                () -> {
                  together.await();
                  one.turn();
                  return null;
                }));
      }
      for (Future<?> turn : turns) {
        turn.get();
      }
    }

    assertThat(bed.awaitObservations(anna, 40)).hasSize(40);
    assertThat(bed.held()).isZero();
    assertThat(WearingBed.blocks(anna)).isEqualTo(40);
  }

  @Test
  void shouldGoOnAfterACrashAtEachDurableStep() throws SQLException {
    UUID anna = bed.clinic.patientInCare("MRN-crashes");
    bed.clinic.hold(0, List.of(heartRate(bed.hourAgo, "61")));
    bed.awaitHeld(1);
    Assignment worn = WearingBed.worn(anna);

    // Read, but not announced: the next process reads it when it starts.
    bed.new Instance().know(1, worn);
    assertThat(bed.held()).isEqualTo(1);
    // Announced, and no look.
    store.announce(Map.of(bed.clinic.device, 1L)).await().atMost(PATIENCE);
    assertThat(bed.held()).isEqualTo(1);
    // The look was done to its end, and not reported.
    assertThat(reconciler.reconcile(bed.state(1, worn))).isTrue();
    assertThat(bed.held()).isZero();
    assertThat(bed.due()).isEqualTo(1);
    // A process that starts then finds the look due, and nothing to do.
    WearingBed.Instance next = bed.new Instance();
    next.know(1, worn);
    next.turn();

    assertThat(WearingBed.shown(bed.awaitObservations(anna, 1))).containsExactly("61 final");
    assertThat(bed.due()).isZero();
    assertThat(WearingBed.blocks(anna)).isEqualTo(1);
  }

  @Test
  void shouldDoTheLookThatACrashedProcessAnnounced() throws SQLException {
    UUID anna = bed.clinic.patientInCare("MRN-announced");
    bed.clinic.hold(0, List.of(heartRate(bed.hourAgo, "61")));
    bed.awaitHeld(1);
    store.announce(Map.of(bed.clinic.device, 1L)).await().atMost(PATIENCE);

    bed.instance.know(1, WearingBed.worn(anna));
    bed.instance.turn();

    assertThat(WearingBed.shown(bed.awaitObservations(anna, 1))).containsExactly("61 final");
    assertThat(bed.due()).isZero();
  }

  @Test
  void shouldLookAgainAtWhatWasSealedByAnOlderStateAndStoredLate() throws SQLException {
    UUID anna = bed.clinic.patientInCare("MRN-stale");
    UUID bert = bed.clinic.patientInCare("MRN-current");
    bed.instance.hear(2, WearingBed.worn(bert));
    bed.instance.turn();
    assertThat(bed.due()).isZero();

    bed.clinic.sendRaw(
        anna,
        bed.clinic.vitals(anna, List.of(heartRate(bed.hourAgo, "61"))).toBuilder()
            .setDeviceVersion(1)
            .build()
            .toByteArray());
    bed.awaitObservations(anna, 1);
    bed.instance.turn();

    assertThat(WearingBed.shown(bed.awaitObservations(bert, 1))).containsExactly("61 final");
    assertThat(WearingBed.shown(bed.observations(anna))).containsExactly("61 entered-in-error");
  }

  @Test
  void shouldNotUndoByAnOldFeedWhatANewerOneSaid() throws SQLException {
    UUID anna = bed.clinic.patientInCare("MRN-old-feed");
    UUID bert = bed.clinic.patientInCare("MRN-new-feed");
    WearingBed.Instance behind = bed.new Instance();
    behind.hear(1, WearingBed.worn(anna));
    behind.turn();
    bed.instance.hear(2, WearingBed.worn(bert));
    bed.instance.turn();
    bed.clinic.sendRaw(
        bert,
        bed.clinic.vitals(bert, List.of(heartRate(bed.hourAgo, "61"))).toBuilder()
            .setDeviceVersion(2)
            .build()
            .toByteArray());
    bed.awaitObservations(bert, 1);
    store.announce(Map.of(bed.clinic.device, 3L)).await().atMost(PATIENCE);

    behind.turn();
    bed.instance.turn();
    // Even if it had looked before it heard: the block is of a later state.
    assertThat(reconciler.reconcile(bed.state(1, WearingBed.worn(anna)))).isFalse();

    assertThat(WearingBed.shown(bed.observations(bert))).containsExactly("61 final");
    assertThat(bed.observations(anna)).isEmpty();
    assertThat(bed.due()).isEqualTo(1);
  }

  @Test
  void shouldKeepTheLookWhileKeysAreAway() throws SQLException {
    UUID anna = bed.clinic.patientInCare("MRN-keys-away");
    bed.clinic.hold(0, List.of(heartRate(bed.hourAgo, "61")));
    bed.awaitHeld(1);
    bed.instance.hear(1, WearingBed.worn(anna));

    keys.unavailable(true);
    try {
      bed.instance.turn();
      assertThat(bed.held()).isEqualTo(1);
      assertThat(bed.due()).isEqualTo(1);
    } finally {
      keys.unavailable(false);
    }
    bed.instance.turn();

    assertThat(WearingBed.shown(bed.awaitObservations(anna, 1))).containsExactly("61 final");
  }
}
