package io.pulsewarden.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Kills processes of a platform under load, in rounds. Which, and when, is drawn; the same seed
 * draws the same. Three rounds kill each of the four once: one, one, and two at a time.
 */
final class KillCampaign {

  private static final List<String> VICTIMS =
      List.of("telemetry-service", "kafka", "postgres", "key-management-service");
  private static final int DOUBLE_EACH = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final Platform platform;
  private final Random random;
  private final List<String> deck = new ArrayList<>();
  private int rounds;

  KillCampaign(Platform platform, long seed) {
    this.platform = platform;
    this.random = new Random(seed);
  }

  /**
   * Waits until the devices got so many answers more, and a few by chance; then kills whom it
   * draws.
   *
   * @return who was killed
   */
  List<String> round(Replay replay, Command.Running simulator, int answers) {
    rounds++;
    List<String> victims = new ArrayList<>();
    for (int i = 0; i < (rounds % DOUBLE_EACH == 0 ? 2 : 1); i++) {
      victims.add(draw());
    }
    round(replay, simulator, replay.answered() + answers + random.nextInt(answers), victims);
    return victims;
  }

  /** Waits for so many answers in all, kills these, and starts what is down. */
  void round(Replay replay, Command.Running simulator, long answered, List<String> victims) {
    await()
        .atMost(PATIENCE)
        .failFast("the simulator ended", () -> assertThat(simulator.process().isAlive()).isTrue())
        .until(() -> replay.answered() >= answered);
    victims.forEach(platform::kill);
    platform.up();
  }

  private String draw() {
    if (deck.isEmpty()) {
      deck.addAll(VICTIMS);
      Collections.shuffle(deck, random);
    }
    return deck.removeLast();
  }
}
