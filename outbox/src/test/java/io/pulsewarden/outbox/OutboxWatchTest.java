package io.pulsewarden.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class OutboxWatchTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long START = Long.MAX_VALUE - SECOND;

  private final OutboxWatch watch = new OutboxWatch(Duration.ofSeconds(5));

  @Test
  void shouldSayThatNobodySendsWhenTheOldestRowStays() {
    assertThat(watch.flows(OptionalLong.of(7), START)).isTrue();
    assertThat(watch.flows(OptionalLong.of(7), START + 4 * SECOND)).isTrue();
    assertThat(watch.flows(OptionalLong.of(7), START + 5 * SECOND)).isFalse();
    assertThat(watch.flows(OptionalLong.of(8), START + 6 * SECOND)).isTrue();
  }

  @Test
  void shouldNotMindThatThereIsMuchToDo() {
    for (int i = 0; i < 20; i++) {
      assertThat(watch.flows(OptionalLong.of(7L + i), START + 2L * i * SECOND)).isTrue();
    }
  }

  @Test
  void shouldBeginAnewWithTheFirstRowAfterNone() {
    assertThat(watch.flows(OptionalLong.empty(), START)).isTrue();
    assertThat(watch.flows(OptionalLong.empty(), START + 60 * SECOND)).isTrue();
    assertThat(watch.flows(OptionalLong.of(7), START + 61 * SECOND)).isTrue();
    assertThat(watch.flows(OptionalLong.of(7), START + 66 * SECOND)).isFalse();
  }
}
