package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log whose checkpoints witnesses have to cosign: ours, over HTTPS. */
class CosigningTest {

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
  void shouldPublishWhatItsQuorumHasCosigned() throws Exception {
    CosignedPublisher publisher = bed.publisher(2, bed.witness("one"), bed.witness("two"));

    publisher.round();
    bed.grow(500);
    publisher.round();

    assertThat(publisher.missedSince()).isEmpty();
    assertThat(bed.published(2)).isEqualTo(800);
    assertThat(bed.cosignatures(2)).isEqualTo(2);
  }

  @Test
  void shouldAskNobodyAgainForWhatIsCosigned() throws Exception {
    CosignedPublisher publisher = bed.publisher(1, bed.witness("one"));

    publisher.round();
    publisher.round();

    assertThat(bed.heard()).containsExactly("one cosigned");
  }

  @Test
  void shouldKeepTakingEntriesAndPublishWhatItHadWhileWitnessesAreAway() throws Exception {
    // Given a log with one published checkpoint, whose witness goes away
    TestWitness witness = bed.witness("one");
    CosignedPublisher publisher = bed.publisher(1, witness);
    publisher.round();
    witness.stop();

    // When it grows
    bed.grow(200);
    publisher.round();
    bed.grow(200);
    publisher.round();

    // Then it says since when, and shows no more than was cosigned
    assertThat(publisher.missedSince()).contains(CosigningBed.CLOCK.instant());
    assertThat(bed.newest().size()).isEqualTo(700);
    assertThat(bed.published(1)).isEqualTo(300);

    // And shows all of it when the witness is back
    witness.restart();
    publisher.round();
    assertThat(publisher.missedSince()).isEmpty();
    assertThat(bed.published(1)).isEqualTo(700);
  }

  @Test
  void shouldNotWaitForASlowWitnessOnceItsQuorumIsThere() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    TestWitness slow = TestWitness.faulty(bed.folder(), bed.ca(), "slow", never);
    bed.stopLater(slow);
    // Longer than anybody would wait: the round ends only because the quorum is there.
    CosignedPublisher publisher =
        bed.publisher(bed.settings(1, Duration.ofHours(1), bed.witness("one"), slow));

    publisher.round();
    bed.grow(10);
    publisher.round();

    assertThat(bed.published(1)).isEqualTo(310);
    never.countDown();
  }

  @Test
  void shouldGiveUpOnAWitnessThatOnlyIsSlow() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    TestWitness slow = TestWitness.faulty(bed.folder(), bed.ca(), "slow", never);
    bed.stopLater(slow);
    CosignedPublisher publisher = bed.publisher(bed.settings(1, Duration.ofMillis(200), slow));

    publisher.round();

    assertThat(bed.heard()).containsExactly("slow away");
    assertThat(publisher.missedSince()).isPresent();
    assertThat(bed.log().newestCosigned(1)).isEmpty();
    never.countDown();
  }

  @Test
  void shouldProveFromWhereverAWitnessStands() throws Exception {
    // Given a witness that cosigned a tree that this instance does not know of
    TestWitness witness = bed.witness("one");
    bed.publisher(1, witness).round();
    bed.grow(700);

    // When another instance asks, which begins from nothing
    bed.publisher(1, witness).round();

    // Then
    assertThat(bed.published(1)).isEqualTo(1000);
    assertThat(bed.heard()).containsExactly("one cosigned", "one cosigned");
    assertThat(witness.answers()).containsExactly(200, 409, 200);
  }

  @Test
  void shouldLoseNothingWhenStoringTheCosignaturesFails() throws Exception {
    for (boolean persisted : List.of(false, true)) {
      // Given a store whose answer is lost, though it was done or not
      TestWitness witness = bed.witness("persisted-" + persisted);
      MemoryLogState durable = bed.log();
      bed.keepIn(
          new MemoryLogState() {
            @Override
            public Optional<LogStore.StoredCheckpoint> newestSigned() {
              return durable.newestSigned();
            }

            @Override
            public Optional<LogStore.StoredCheckpoint> newestCosigned(int atLeast) {
              return durable.newestCosigned(atLeast);
            }

            @Override
            public List<byte[]> read(int level, long tile, int width) {
              return durable.read(level, tile, width);
            }

            @Override
            public void storeCosigned(long size, String note, int cosignatures) {
              if (persisted) {
                durable.storeCosigned(size, note, cosignatures);
              }
              throw new IllegalStateException("the step's answer was lost");
            }
          });
      CosignedPublisher failing = bed.publisher(1, witness);
      assertThatThrownBy(failing::round).hasMessageContaining("answer was lost");
      bed.keepIn(durable);

      // When a new instance begins
      bed.publisher(1, witness).round();

      // Then the same tree is cosigned and published
      assertThat(bed.published(1)).isEqualTo(bed.newest().size());
      bed.grow(20);
    }
  }

  @Test
  void shouldShowCosignaturesWithoutAQuorumTooAndNeverNeedThem() throws Exception {
    TestWitness witness = bed.witness("one");
    CosignedPublisher publisher = bed.publisher(0, witness);

    publisher.round();
    witness.stop();
    bed.grow(10);
    publisher.round();

    assertThat(publisher.missedSince()).isEmpty();
    assertThat(bed.published(1)).isEqualTo(300);
  }
}
