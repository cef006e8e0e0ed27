package io.pulsewarden.telemetry.gap;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.devicefeed.Assignment;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GapTest {

  private static final UUID HERS = new UUID(0, 1);
  private static final UUID OTHERS = new UUID(0, 2);

  @Test
  void shouldKeepOfAGapWhatLiesInTheTimesThatAreAskedFor() {
    Gap gap = gap(100, 200, OTHERS, HERS);

    assertThat(gap.within(List.of(worn(150, Long.MAX_VALUE))))
        .contains(gap(150, 200, OTHERS, HERS));
    assertThat(gap.within(List.of(worn(0, 150)))).contains(gap(100, 150, OTHERS, HERS));
    assertThat(gap.within(List.of(worn(0, 1_000)))).contains(gap);
    // Twice hers, with somebody else in between.
    assertThat(gap.within(List.of(worn(110, 120), worn(180, 190))))
        .contains(gap(110, 190, OTHERS, HERS));
    assertThat(gap.within(List.of(worn(0, 100), worn(201, 300)))).isEmpty();
    assertThat(gap.within(List.of())).isEmpty();
  }

  @Test
  void shouldCutOffTheSideThatIsSomebodyElses() {
    assertThat(gap(100, 200, HERS, OTHERS).beside(Set.of(HERS)))
        .contains(gap(100, 100, HERS, OTHERS));
    assertThat(gap(100, 200, OTHERS, HERS).beside(Set.of(HERS)))
        .contains(gap(200, 200, OTHERS, HERS));
    assertThat(gap(100, 200, HERS, null).beside(Set.of(HERS))).contains(gap(100, 200, HERS, null));
    assertThat(gap(100, 200, HERS, HERS).beside(Set.of(HERS))).contains(gap(100, 200, HERS, HERS));
    assertThat(gap(100, 200, OTHERS, OTHERS).beside(Set.of(HERS))).isEqualTo(Optional.empty());
    assertThat(gap(100, 200, null, null).beside(Set.of(HERS))).isEqualTo(Optional.empty());
  }

  private static Assignment worn(long from, long until) {
    return new Assignment(new UUID(0, 3), 1, HERS, from, until);
  }

  private static Gap gap(long from, long until, @Nullable UUID before, @Nullable UUID after) {
    return new Gap(0, 7, 8, from, until, before, after, null);
  }
}
