package io.pulsewarden.telemetry.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackOffTest {

  @Test
  void shouldDoubleUpToTheLimitWithJitterAndBeginAnew() {
    BackOff backOff = new BackOff(Duration.ofSeconds(3), new Random(7));

    assertThat(Stream.generate(backOff::next).limit(5).map(Duration::toMillis))
        .satisfiesExactly(
            first -> assertThat(first).isBetween(250L, 500L),
            second -> assertThat(second).isBetween(500L, 1_000L),
            third -> assertThat(third).isBetween(1_000L, 2_000L),
            fourth -> assertThat(fourth).isBetween(1_500L, 3_000L),
            fifth -> assertThat(fifth).isBetween(1_500L, 3_000L));
    backOff.reset();
    assertThat(backOff.next()).isLessThanOrEqualTo(Duration.ofMillis(500));
    assertThat(Stream.generate(backOff::next).limit(20).distinct().count()).isGreaterThan(10);
  }
}
