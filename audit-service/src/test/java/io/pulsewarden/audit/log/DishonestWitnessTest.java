package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
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

    // When the log is an older one again, and then another one
    bed.keepIn(backup);
    bed.publisher(1, witness).round();
    bed.grow(new byte[] {1}, 50);
    bed.publisher(1, witness).round();
    bed.grow(50);
    bed.publisher(1, witness).round();

    // Then the witness cosigns neither
    assertThat(bed.heard())
        .containsExactly("one cosigned", "one ahead", "one contradicted", "one contradicted");
    assertThat(bed.log().newestCosigned(1)).isEmpty();
  }
}
