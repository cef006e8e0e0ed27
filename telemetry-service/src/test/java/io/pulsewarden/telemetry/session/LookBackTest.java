package io.pulsewarden.telemetry.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.session.LookBack.Look;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LookBackTest {

  private final AtomicLong nanos = new AtomicLong(-5);
  private final LookBack lookBack = new LookBack(nanos::get);

  @Test
  void shouldGoBackToTheLastLookThatSucceeded() {
    assertThat(look(1, true)).isEqualTo(Duration.ofSeconds(11));
    assertThat(look(1, true)).isEqualTo(Duration.ofSeconds(11));
    assertThat(look(1, false)).isEqualTo(Duration.ofSeconds(11));
    assertThat(look(30, false)).isEqualTo(Duration.ofSeconds(41));
    assertThat(look(1, true)).isEqualTo(Duration.ofSeconds(42));
    assertThat(look(1, true)).isEqualTo(Duration.ofSeconds(11));
  }

  @Test
  void shouldGoBackToWhereALookBeganHoweverLongItTook() {
    Look slow = lookBack.begin().orElseThrow();
    pass(60);
    slow.ended(true);

    assertThat(look(1, true)).isEqualTo(Duration.ofSeconds(71));
  }

  @Test
  void shouldLookOnceAtATime() {
    Look first = lookBack.begin().orElseThrow();
    assertThat(lookBack.begin()).isEmpty();
    first.ended(false);
    assertThat(lookBack.begin()).isPresent();
  }

  private Duration look(long afterSeconds, boolean all) {
    pass(afterSeconds);
    Look look = lookBack.begin().orElseThrow();
    Duration span = look.span();
    look.ended(all);
    return span;
  }

  private void pass(long seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }
}
