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
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two telemetry-services share devices, partitions and database, and each is killed once in the
 * middle: the other takes its partitions over, and gives them back (G1).
 */
@ExtendWith(PlatformExtension.class)
@Order(7)
final class TwoInstancesE2E {

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final int MINUTES = 600;
  private static final int ANSWERED_BEFORE_THE_FIRST_KILL = 100;
  private static final int ANSWERED_BEFORE_THE_SECOND_KILL = 500;

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
    Replay atTheFirst = replay("first");
    Replay atTheSecond = replay("second");
    try (SecondTelemetry second = SecondTelemetry.start(platform, people);
        Command.Running first = atTheFirst.start();
        Command.Running other = atTheSecond.start(second.addresses())) {
      awaitAnswers(atTheSecond, other, ANSWERED_BEFORE_THE_FIRST_KILL);
      second.killAndStart();
      awaitAnswers(atTheFirst, first, ANSWERED_BEFORE_THE_SECOND_KILL);
      platform.kill("telemetry-service");
      platform.up();
      first.result().orFail();
      other.result().orFail();

      for (String fhir : List.of(platform.address("PW_FHIR_URL"), second.fhir())) {
        Chart chart = new Chart(people, fhir);
        for (Replay replay : List.of(atTheFirst, atTheSecond)) {
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

  private Replay replay(String name) throws IOException {
    String patient = ward.admit("Instance", name, "MRN-instance-" + name);
    ward.careTeam("nurse", patient);
    Instant start = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(60L * MINUTES);
    return Replay.prepare(platform, ward, patient, SyntheticRecord.write(MINUTES), start, SPEED);
  }

  private static void awaitAnswers(Replay replay, Command.Running simulator, int answers) {
    await()
        .atMost(PATIENCE)
        .failFast(
            "the simulator ended",
            () -> assertThat(simulator.process().isAlive()).as(simulator.output()).isTrue())
        .until(() -> replay.answered() >= answers);
  }
}
