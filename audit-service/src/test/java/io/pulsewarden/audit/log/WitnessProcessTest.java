package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.logverifier.Cosignatures;
import io.pulsewarden.logverifier.VerifierKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A witness that is another process, over HTTPS, and is killed. */
class WitnessProcessTest {

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
  void shouldAskAWitnessOfAnotherProcessOverHttps() throws Exception {
    try (WitnessProcess process =
        WitnessProcess.start(bed.folder(), bed.ca(), bed.signer().verifierKey())) {
      CosignedPublisher publisher = bed.publisher(process);

      publisher.round();
      bed.grow(40);
      publisher.round();

      assertThat(bed.published(1)).isEqualTo(340);
      VerifierKey key = VerifierKey.parseWitness(process.key());
      byte[] note =
          bed.log().newestCosigned(1).orElseThrow().note().getBytes(StandardCharsets.UTF_8);
      assertThat(Cosignatures.count(note, List.of(key))).isEqualTo(1);
    }
  }

  @Test
  void shouldNotHaveAnOlderLogCosignedByAWitnessThatWasKilledAtWork() throws Exception {
    // Given a witness that is killed while it cosigns
    MemoryLogState older = bed.log().backup();
    try (WitnessProcess process =
        WitnessProcess.start(bed.folder(), bed.ca(), bed.signer().verifierKey())) {
      CosignedPublisher publisher = bed.publisher(process);
      Thread killer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    await().atMost(Duration.ofMinutes(1)).until(() -> bed.heard().size() >= 5);
                    process.kill();
                  });
      while (process.isAlive()) {
        bed.grow(20);
        publisher.round();
      }
      killer.join();
    }
    assertThat(bed.published(1)).isGreaterThan(300);

    // When it starts anew, and is shown the older log
    try (WitnessProcess process =
        WitnessProcess.start(bed.folder(), bed.ca(), bed.signer().verifierKey())) {
      MemoryLogState whole = bed.log();
      bed.keepIn(older);
      bed.publisher(process).round();
      bed.keepIn(whole);
      bed.publisher(process).round();
    }

    // Then it knows what it cosigned
    assertThat(bed.heard().get(bed.heard().size() - 2)).isEqualTo("process ahead");
    assertThat(bed.published(1)).isEqualTo(bed.newest().size());
    assertThat(older.newestCosigned(1)).isEmpty();
    // And shows it: a note that the log signed, of more entries than the older one has
    assertThat(bed.shown())
        .singleElement()
        .satisfies(
            note ->
                assertThat(bed.signer().open(note).orElseThrow().size())
                    .isGreaterThan(older.head().size()));
  }
}
