package io.pulsewarden.keys.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class MinuteBudgetTest {

  private Instant now = Instant.parse("2026-11-23T10:00:00Z");
  private final MinuteBudget<String> budget =
      new MinuteBudget<>(2, ((InstantSource) () -> now).withZone(ZoneOffset.UTC));

  @Test
  void shouldGiveSoManyForAKeyInAMinuteAndBeginAnewInTheNext() {
    assertThat(budget.take("a")).isTrue();
    assertThat(budget.take("a")).isTrue();
    assertThat(budget.take("a")).isFalse();
    assertThat(budget.take("a")).isFalse();
    assertThat(budget.take("b")).isTrue();

    now = now.plusSeconds(60);
    assertThat(budget.take("a")).isTrue();
  }

  @Test
  void shouldForgetTheFirstOfTooManyKeys() {
    budget.take("a");
    budget.take("a");
    for (int i = 0; i < 10_000; i++) {
      budget.take("key-" + i);
    }
    assertThat(budget.take("a")).isTrue();
  }
}
