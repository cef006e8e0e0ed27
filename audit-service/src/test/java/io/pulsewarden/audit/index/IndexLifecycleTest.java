package io.pulsewarden.audit.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.audit.MovableClock;
import java.time.Duration;
import java.time.LocalTime;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the index is compared with the log. */
class IndexLifecycleTest {

  private final MovableClock clock = new MovableClock("2026-05-01T02:29:59Z");
  private final AtomicInteger compared = new AtomicInteger();
  private volatile boolean away;
  private final IndexLifecycle lifecycle =
      new IndexLifecycle(() -> {}, this::compare, new Settings(), clock);

  private static final class Settings implements IndexConfiguration {
    @Override
    public LocalTime checkAt() {
      return LocalTime.of(2, 30);
    }

    @Override
    public Duration buildInterval() {
      return Duration.ofMillis(1);
    }
  }

  private void compare() {
    compared.incrementAndGet();
    if (away) {
      throw new IllegalStateException("the database is away");
    }
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
  void shouldCompareOnceADayAtItsTime() {
    assertThat(compared).hasValue(0);

    clock.set("2026-05-01T02:30:00Z");
    assertCompared(1);
    clock.set("2026-05-02T02:29:59Z");
    assertCompared(1);
    clock.set("2026-05-02T02:30:00Z");
    assertCompared(2);

    // A clock that goes back does not bring a day twice.
    clock.set("2026-05-02T01:00:00Z");
    assertCompared(2);
    clock.set("2026-05-02T02:30:00Z");
    assertCompared(2);
    clock.set("2026-05-05T12:00:00Z");
    assertCompared(3);
  }

  @Test
  void shouldTryAgainAfterTenMinutesWhenItCouldNot() {
    away = true;
    clock.set("2026-05-01T02:30:00Z");
    assertCompared(1);
    clock.set("2026-05-01T02:39:59Z");
    assertCompared(1);
    away = false;
    clock.set("2026-05-01T02:40:00Z");
    assertCompared(2);
    clock.set("2026-05-01T02:50:00Z");
    assertCompared(2);
    clock.set("2026-05-02T02:30:00Z");
    assertCompared(3);
  }

  private void assertCompared(int times) {
    await().atMost(Duration.ofSeconds(60)).until(() -> compared.get() >= times);
    clock.awaitLooks();
    assertThat(compared).hasValue(times);
  }
}
