package io.pulsewarden.audit.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.audit.MovableClock;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When it is looked whether entries can go. */
class RetentionLifecycleTest {

  private final MovableClock clock = new MovableClock("2026-05-01T23:00:00Z");
  private final AtomicInteger looked = new AtomicInteger();
  private volatile boolean away;
  private final RetentionLifecycle lifecycle =
      new RetentionLifecycle(this::sign, new Settings(), clock, Duration.ofMillis(1));

  private static final class Settings implements RetentionConfiguration {
    @Override
    public int keepDays() {
      return 2192;
    }

    @Override
    public LocalTime signAt() {
      return LocalTime.of(3, 10);
    }
  }

  private Optional<Prunable> sign() {
    looked.incrementAndGet();
    if (away) {
      throw new IllegalStateException("Kafka is away");
    }
    return Optional.empty();
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
  void shouldLookOnceADayAtItsTime() {
    assertThat(looked).hasValue(0);

    clock.set("2026-05-02T03:09:59Z");
    assertLooked(0);
    clock.set("2026-05-02T03:10:00Z");
    assertLooked(1);
    clock.set("2026-05-03T03:09:59Z");
    assertLooked(1);
    clock.set("2026-05-03T03:10:00Z");
    assertLooked(2);
  }

  @Test
  void shouldTryAgainAfterTenMinutesWhenItCouldNot() {
    away = true;
    clock.set("2026-05-02T03:10:00Z");
    assertLooked(1);
    clock.set("2026-05-02T03:19:59Z");
    assertLooked(1);
    away = false;
    clock.set("2026-05-02T03:20:00Z");
    assertLooked(2);
    clock.set("2026-05-02T03:30:00Z");
    assertLooked(2);
  }

  private void assertLooked(int times) {
    await().atMost(Duration.ofSeconds(60)).until(() -> looked.get() >= times);
    clock.awaitLooks();
    assertThat(looked).hasValue(times);
  }
}
