package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.audit.MovableClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When old checkpoints are thinned. */
class ThinningLifecycleTest {

  private final MovableClock clock = new MovableClock("2026-05-01T12:00:00Z");
  private final AtomicInteger steps = new AtomicInteger();
  private volatile boolean away;
  private final ThinningLifecycle lifecycle =
      new ThinningLifecycle(this::thin, clock, Duration.ofMillis(1));

  /** Each turn takes two steps: what there is, and nothing more. */
  private long thin() {
    if (away) {
      steps.addAndGet(2);
      throw new IllegalStateException("the database is away");
    }
    return steps.incrementAndGet() % 2 == 1 ? 1000 : 0;
  }

  @BeforeEach
  void begin() {
    lifecycle.begin();
    clock.awaitLooks();
  }

  @AfterEach
  void end() throws InterruptedException {
    lifecycle.end();
  }

  @Test
  void shouldThinAllThereIsAtItsStartAndOnceADay() {
    assertTurns(1);
    clock.set("2026-05-02T11:59:59Z");
    assertTurns(1);
    clock.set("2026-05-02T12:00:00Z");
    assertTurns(2);
    away = true;
    clock.set("2026-05-03T12:00:00Z");
    assertTurns(3);
    away = false;
    clock.set("2026-05-04T12:00:00Z");
    assertTurns(4);
  }

  private void assertTurns(int times) {
    await().atMost(Duration.ofSeconds(60)).until(() -> steps.get() >= 2 * times);
    clock.awaitLooks();
    assertThat(steps).hasValue(2 * times);
  }
}
