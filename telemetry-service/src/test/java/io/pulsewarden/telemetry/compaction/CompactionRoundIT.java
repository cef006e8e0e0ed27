package io.pulsewarden.telemetry.compaction;

import static io.pulsewarden.telemetry.Clinic.heartRate;
import static io.pulsewarden.telemetry.compaction.CompactionBed.TIME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.compaction.Compaction.Limits;
import io.pulsewarden.telemetry.compaction.Compaction.Round;
import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
import io.pulsewarden.telemetry.keys.KeysUnavailableException;
import io.pulsewarden.telemetry.keys.Sealers;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.store.BlockSwap;
import io.pulsewarden.telemetry.store.CompactionStore;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.store.VitalBlockStore;
import io.pulsewarden.telemetry.vitals.Reading;
import io.pulsewarden.telemetry.vitals.Samples;
import io.pulsewarden.telemetry.vitals.WaveSign;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one round does with hours that are large, of waveforms, or bad. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class CompactionRoundIT {

  private static final long HOUR = 3_600_000;
  private static final int AT_LEAST = 2;

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
  void shouldComeToTheVitalsBehindWaveformsAndNotOpenThoseEachTime() throws Exception {
    for (int i = 0; i < 4; i++) {
      bed.send(wave(TIME + i));
    }
    bed.send(heartRate(TIME + 10, "60"));
    bed.send(heartRate(TIME + 11, "61"));
    bed.awaitObservations(6);
    CompactionBed.Views before = bed.views();
    AtomicInteger opened = new AtomicInteger();
    try (Sealers sealers = new Sealers(10)) {
      Sealing counting =
          new Sealing(
              requests -> {
                opened.incrementAndGet();
                return keys.all(requests);
              },
              sealers);
      Compaction compaction = compaction(new Compactor(counting, store), new Limits(2, 1L << 20));

      assertThat(compaction.of(bed.patient, () -> true)).isEqualTo(new Round(1, 0, ""));
      assertThat(bed.plain()).isEqualTo(4);
      assertThat(bed.views()).isEqualTo(before);

      // The hour has changed: it is looked at once more, and from then on not.
      assertThat(compaction.of(bed.patient, () -> true)).isEqualTo(Round.NOTHING);
      int looked = opened.get();
      assertThat(compaction.of(bed.patient, () -> true)).isEqualTo(Round.NOTHING);
      assertThat(opened).hasValue(looked);

      bed.send(heartRate(TIME + 12, "62"));
      bed.send(heartRate(TIME + 13, "63"));
      bed.awaitObservations(8);
      assertThat(compaction.of(bed.patient, () -> true).made()).isEqualTo(1);
    }
  }

  @Test
  void shouldHaveNoMoreInMemoryThanItMay() throws Exception {
    for (int i = 0; i < 5; i++) {
      bed.send(heartRate(TIME + i, "60"));
    }
    bed.awaitObservations(5);
    int size = bed.loaded().getFirst().envelope().size();

    Round round =
        compaction(new Compactor(sealing, store), new Limits(100, 2L * size + 1))
            .of(bed.patient, () -> true);

    assertThat(round.made()).isEqualTo(2);
    assertThat(bed.plain()).as("one alone is not worth it").isEqualTo(1);
    assertThat(
            compaction(new Compactor(sealing, store), new Limits(100, size - 1))
                .of(bed.patient, () -> true))
        .isEqualTo(Round.NOTHING);
  }

  @Test
  void shouldPassOverABadHourAndStopWhereTheDatabaseIsAway() throws Exception {
    for (int hour = 0; hour < 3; hour++) {
      bed.send(heartRate(TIME + hour * HOUR, "60"));
      bed.send(heartRate(TIME + hour * HOUR + 1, "61"));
    }
    bed.awaitObservations(6);

    Round round =
        compaction(failingFirst(new IllegalStateException("bad")), Limits.USUAL)
            .of(bed.patient, () -> true);

    assertThat(round).isEqualTo(new Round(2, 1, IllegalStateException.class.getName()));
    assertThat(bed.plain()).isEqualTo(2);
    Compaction away =
        compaction(
            failingFirst(new UncheckedIOException(new ConnectException("refused"))), Limits.USUAL);
    assertThatThrownBy(() -> away.of(bed.patient, () -> true))
        .isInstanceOf(UncheckedIOException.class);
  }

  /** One whose key does not open keeps nobody else's hours from being compacted. */
  @Test
  void shouldPassOverAPatientWhoseKeysCannotBeHad() throws Exception {
    bed.send(heartRate(TIME, "60"));
    bed.send(heartRate(TIME + 1, "61"));
    bed.send(heartRate(TIME + HOUR, "62"));
    bed.send(heartRate(TIME + HOUR + 1, "63"));
    bed.awaitObservations(4);
    AtomicInteger asked = new AtomicInteger();
    try (Sealers sealers = new Sealers(10)) {
      Sealing keyless =
          new Sealing(
              requests -> {
                asked.incrementAndGet();
                return CompletableFuture.failedFuture(new KeysUnavailableException("away", null));
              },
              sealers);

      Round round =
          compaction(new Compactor(keyless, store), Limits.USUAL).of(bed.patient, () -> true);

      assertThat(round).isEqualTo(new Round(0, 1, KeysUnavailableException.class.getName()));
      assertThat(asked).as("for the first hour alone").hasValue(1);
    }
    assertThat(bed.plain()).isEqualTo(4);
  }

  private Compactor failingFirst(RuntimeException failure) {
    return new Compactor(
        sealing,
        new BlockSwap() {
          @Override
          public Uni<Boolean> compact(List<StoredBlock> plain, StoredBlock compacted) {
            return compacted.lastTimeMillis() < TIME + HOUR
                ? Uni.createFrom().failure(failure)
                : store.compact(plain, compacted);
          }

          @Override
          public Uni<Boolean> expand(StoredBlock compacted, List<StoredBlock> plain) {
            throw new AssertionError("nobody asked for this");
          }
        });
  }

  private Compaction compaction(Compactor compactor, Limits limits) {
    return new Compaction(
        store, compactor, CompactionBed.inTwoDays(), Duration.ofHours(24), AT_LEAST, limits);
  }

  private static Reading wave(long time) {
    return new Reading.Waveform(
        WaveSign.ECG_II,
        time,
        new Samples(
            new Samples.Grid(
                new BigDecimal("4"),
                new BigDecimal("0.005"),
                BigDecimal.ZERO,
                null,
                new BigDecimal("5")),
            new int[] {12, 13, -200}));
  }
}
