package io.pulsewarden.e2e;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * G1 for as many rounds as one likes: {@code ./pulsewarden campaign kills --rounds 20 --seed 7}.
 * Ten patients unless told otherwise, with two devices each, so that messages of all partitions are
 * under way at once. ReplayE2E kills each of the four once, under one patient.
 */
@ExtendWith(PlatformExtension.class)
@EnabledIfSystemProperty(
    named = KillCampaignE2E.ROUNDS,
    matches = "[1-9]\\d*",
    disabledReason = "runs by ./pulsewarden campaign kills; ReplayE2E has the short one")
class KillCampaignE2E {

  static final String ROUNDS = "pulsewarden.campaign.rounds";

  private static final int PATIENTS = Integer.getInteger("pulsewarden.campaign.patients", 10);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int MINUTES_A_ROUND = 1_200;
  private static final int ANSWERS_A_ROUND = 100 * PATIENTS;

  /** Minutes of the record a minute: 20 messages a second and device. */
  private static final String SPEED = "1200";

  private final Platform platform;

  KillCampaignE2E(Platform platform) {
    this.platform = platform;
  }

  @Test
  void shouldLoseAndDoubleNothingThatWasAcknowledgedWhateverIsKilled() throws IOException {
    int rounds = Integer.parseInt(requireNonNull(System.getProperty(ROUNDS)));
    long seed = Long.getLong("pulsewarden.campaign.seed", Instant.now().toEpochMilli());
    People people = new People(platform);
    Ward ward = new Ward(platform, people);
    List<String> patients =
        IntStream.range(0, PATIENTS)
            .mapToObj(i -> ward.admit("Campaign", "Kay", "MRN-campaign-%d-%d".formatted(seed, i)))
            .toList();
    patients.forEach(each -> ward.careTeam("nurse", each));
    int minutes = rounds * MINUTES_A_ROUND;
    Instant start = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(60L * minutes);
    Replay replay =
        Replay.prepare(platform, ward, patients, SyntheticRecord.write(minutes), start, SPEED);
    KillCampaign campaign = new KillCampaign(platform, seed);
    say("seed %d, %d rounds, %d patients".formatted(seed, rounds, PATIENTS));

    try (Command.Running simulator = replay.start()) {
      for (int round = 1; round <= rounds; round++) {
        List<String> killed = campaign.round(replay, simulator, ANSWERS_A_ROUND);
        say("round %d: killed %s, %d answered".formatted(round, killed, replay.answered()));
      }
      simulator.result().orFail();
    }

    Chart chart = new Chart(platform, people);
    List<String> expected = replay.expected();
    List<String> read =
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofSeconds(5))
            .until(() -> replay.read(chart, "nurse"), values -> values.size() >= expected.size());
    say(
        "%d messages answered, %d values sent, %d read"
            .formatted(replay.answered(), expected.size(), read.size()));
    assertThat(read).as("seed %d", seed).isEqualTo(expected);
  }

  private static void say(String line) {
    System.out.println("campaign: " + line);
  }
}
