package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Witnesses such as no witness should be, and a log such as none should be. */
class DishonestWitnessTest {

  private CosigningBed bed;

  @BeforeEach
  void begin(@TempDir Path folder) throws Exception {
    bed = new CosigningBed(folder);
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  @Test
  void shouldNotCountWhatIsNoCosignatureOfThatWitness() throws Exception {
    for (String kind : List.of("another-key", "another-tree", "nothing", "endless")) {
      TestWitness bad = TestWitness.lying(bed.folder(), bed.ca(), kind);
      bed.stopLater(bad);
      CosignedPublisher publisher = bed.publisher(1, bad);

      publisher.round();

      assertThat(bed.log().newestCosigned(1)).as(kind).isEmpty();
      assertThat(publisher.missedSince()).as(kind).isPresent();
    }
    assertThat(bed.heard())
        .containsExactly(
            "another-key unsigned", "another-tree unsigned", "nothing unsigned", "endless away");
  }

  @Test
  void shouldAskADishonestServerAFewTimesOnly() throws Exception {
    for (String kind : List.of("conflict-for-ever", "conflict-without-size", "error")) {
      TestWitness bad = TestWitness.lying(bed.folder(), bed.ca(), kind);
      bed.stopLater(bad);
      bed.publisher(1, bad).round();
      assertThat(bad.answers().size()).as(kind).isLessThanOrEqualTo(3);
    }
    assertThat(bed.heard())
        .containsExactly(
            "conflict-for-ever refused", "conflict-without-size refused", "error refused");
  }

  @Test
  void shouldHearFromItsWitnessThatItWasRolledBackOrForked() throws Exception {
    // Given a witness of a longer log
    TestWitness witness = bed.witness("one");
    MemoryLogState backup = bed.log().backup();
    bed.grow(50);
    bed.publisher(1, witness).round();
    String whole = bed.newest().note();
    assertThat(bed.shown()).isEmpty();

    // When the log is an older one again, and then another one
    bed.keepIn(backup);
    bed.publisher(1, witness).round();
    bed.grow(new byte[] {1}, 50);
    bed.publisher(1, witness).round();
    bed.grow(50);
    bed.publisher(1, witness).round();

    // Then the witness shows each time what the log itself signed
    assertThat(bed.shown()).hasSize(3).containsOnly(whole);

    // And cosigns neither
    assertThat(bed.heard())
        .containsExactly("one cosigned", "one ahead", "one contradicted", "one contradicted");
    assertThat(bed.log().newestCosigned(1)).isEmpty();
  }

  @Test
  void shouldSayWhoAccusesItWithAndWithoutAQuorumUntilThatIsTakenBack() throws Exception {
    for (int quorum : new int[] {0, 1}) {
      // Given a witness of a longer log than there is
      TestWitness witness = bed.witness("one-" + quorum);
      bed.grow(10);
      MemoryLogState backup = bed.log().backup();
      bed.grow(50);
      bed.publisher(quorum, witness).round();
      MemoryLogState whole = bed.log();
      bed.keepIn(backup);
      SimpleMeterRegistry registry = new SimpleMeterRegistry();
      CosigningLifecycle cosigning =
          new CosigningLifecycle(
              new FaultyState(bed::log, Faulty.never(), note -> {}),
              bed.shown()::addAll,
              bed.settings(quorum, Duration.ofSeconds(30), witness),
              registry,
              CosigningBed.CLOCK);
      QuorumHealth health = new QuorumHealth(cosigning);
      assertThat(health.call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
      cosigning.begin();
      try {
        // When it is asked, then the check is down at once, and says who it is
        await().until(() -> !cosigning.accusations().isEmpty());
        assertThat(health.call().getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
        assertThat(health.call().getData().orElseThrow())
            .containsEntry("accused by", witness.name() + " ahead");

        // And still when it says nothing more
        witness.stop();
        await()
            .until(
                () ->
                    registry
                            .counter(
                                "pulsewarden.audit.witness.answers",
                                "witness",
                                witness.name(),
                                "answer",
                                "away")
                            .count()
                        > 0);
        assertThat(health.call().getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);

        // When the log is whole again, and has grown
        bed.keepIn(whole);
        bed.grow(10);
        witness.restart();

        // Then the witness cosigns it, and nothing stands against it any more
        await().until(() -> cosigning.accusations().isEmpty());
        await().until(() -> health.call().getStatus() == HealthCheckResponse.Status.UP);
      } finally {
        cosigning.end();
      }
    }
  }
}
