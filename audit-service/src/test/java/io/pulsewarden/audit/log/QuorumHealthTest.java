package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a quorum that is missing, or can never be. */
class QuorumHealthTest {

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
  void shouldSayForHowLongItsQuorumIsMissing() throws Exception {
    // Given a witness that is away
    TestWitness witness = bed.witness("one");
    witness.stop();
    TurnedClock clock = new TurnedClock();
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    CosigningLifecycle cosigning =
        new CosigningLifecycle(
            bed.log(),
            bed.shown()::addAll,
            bed.settings(1, Duration.ofSeconds(30), witness),
            registry,
            clock);
    QuorumHealth health = new QuorumHealth(cosigning);
    cosigning.begin();
    try {
      await().atMost(Duration.ofMinutes(1)).until(() -> cosigning.missedSince().isPresent());
      assertThat(health.call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);

      // When that lasts
      clock.now = clock.now.plusSeconds(120);

      // Then it is an alarm, with the time since when
      assertThat(health.call().getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
      assertThat(health.call().getData().orElseThrow())
          .containsEntry("quorum not reached since", CosigningBed.CLOCK.instant().toString());
      assertThat(registry.get("pulsewarden.audit.quorum.missed.seconds").gauge().value())
          .isEqualTo(120);
      assertThat(
              registry
                  .get("pulsewarden.audit.witness.answers")
                  .tags("witness", "one", "answer", "away")
                  .counter()
                  .count())
          .isPositive();

      // When the witness is back
      witness.restart();
      await().atMost(Duration.ofMinutes(1)).until(() -> cosigning.missedSince().isEmpty());
      assertThat(health.call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
    } finally {
      cosigning.end();
    }
  }

  @Test
  void shouldRefuseAConfigurationThatCanNeverHaveItsQuorum() throws Exception {
    TestWitness witness = bed.witness("one");
    CosigningBed.Known known = new CosigningBed.Known(witness.url(), witness.key());

    assertThatThrownBy(
            () -> bed.witnesses(bed.settings(2, Duration.ofSeconds(1), Map.of("one", known))))
        .hasMessageContaining("quorum");
    assertThatThrownBy(
            () ->
                bed.witnesses(
                    bed.settings(1, Duration.ofSeconds(1), Map.of("one", known, "twice", known))))
        .hasMessageContaining("counts once");
    assertThatThrownBy(
            () ->
                bed.witnesses(
                    bed.settings(
                        1,
                        Duration.ofSeconds(1),
                        Map.of(
                            "one",
                            new CosigningBed.Known(witness.url(), bed.signer().verifierKey())))))
        .hasMessageContaining("cosignatures");
  }

  private static final class TurnedClock extends Clock {
    private volatile Instant now = CosigningBed.CLOCK.instant();

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
