package io.pulsewarden.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two telemetry-services share partitions and database, and devices speak to both while one of them
 * is killed: the other takes its partitions over, and gives them back (G1).
 */
@ExtendWith(PlatformExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Order(7)
final class TwoInstancesE2E {

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final int MINUTES = 300;
  private static final int ANSWERED_BEFORE_THE_KILL = 100;

  /** Minutes of the record a minute: 20 messages a second and device. */
  private static final String SPEED = "1200";

  private final Platform platform;
  private final People people;
  private final Ward ward;

  TwoInstancesE2E(Platform platform) {
    this.platform = platform;
    this.people = new People(platform);
    this.ward = new Ward(platform, people);
  }

  @Test
  void shouldLoseAndDoubleNothingWhenPartitionsMoveBetweenInstances() throws IOException {
    try (SecondTelemetry second = SecondTelemetry.start(platform, people)) {
      Replay first = replay("1");
      Replay killed = replay("2");
      try (Command.Running one = first.start();
          Command.Running other = killed.start(second.addresses())) {
        awaitAnswers(killed, other);
        second.killAndStart();
        one.result().orFail();
        other.result().orFail();
      }
      assertReadable(second, List.of(first, killed));

      Replay killedNow = replay("3");
      Replay staying = replay("4");
      try (Command.Running one = killedNow.start();
          Command.Running other = staying.start(second.addresses())) {
        awaitAnswers(killedNow, one);
        platform.kill("telemetry-service");
        platform.up();
        one.result().orFail();
        other.result().orFail();
      }
      assertReadable(second, List.of(killedNow, staying));
    }
  }

  private Replay replay(String name) throws IOException {
    String patient = ward.admit("Instance", name, "MRN-instance-" + name);
    ward.careTeam("nurse", patient);
    Instant start = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(60L * MINUTES);
    return Replay.prepare(
        platform, ward, List.of(patient), SyntheticRecord.write(MINUTES), start, SPEED);
  }

  private static void awaitAnswers(Replay replay, Command.Running simulator) {
    await()
        .atMost(PATIENCE)
        .failFast(
            "the simulator ended",
            () -> assertThat(simulator.process().isAlive()).as(simulator.output()).isTrue())
        .until(() -> replay.answered() >= ANSWERED_BEFORE_THE_KILL);
  }

  /** Each value once, at whichever instance one asks. */
  private void assertReadable(SecondTelemetry second, List<Replay> replays) {
    for (String fhir : List.of(platform.address("PW_FHIR_URL"), second.fhir())) {
      Chart chart = new Chart(people, fhir);
      for (Replay replay : replays) {
        List<String> expected = replay.expected();
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofSeconds(1))
            .until(() -> replay.read(chart, "nurse").size() >= expected.size());
        assertThat(replay.read(chart, "nurse")).isEqualTo(expected);
      }
    }
  }
}
