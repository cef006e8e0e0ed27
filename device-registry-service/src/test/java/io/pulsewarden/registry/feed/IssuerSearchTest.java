package io.pulsewarden.registry.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.registry.feed.IssuerSearch.Step;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class IssuerSearchTest {

  private static final Instant START = Instant.parse("2026-11-28T10:00:00Z");

  private final IssuerSearch search = new IssuerSearch();

  @Test
  void shouldRestWhereNothingIsMissing() {
    assertThat(next(0)).isEqualTo(Step.REST);
  }

  @Test
  void shouldLookAtOnceAndThenEverMoreSeldom() {
    List<Long> looks =
        LongStream.range(0, 3_600)
            .filter(second -> next(second, "a") != Step.REST)
            .boxed()
            .toList();

    assertThat(looks).startsWith(0L, 1L, 3L, 7L, 15L, 31L, 63L, 127L, 255L, 511L, 811L, 1_111L);
    assertThat(looks).hasSize(20);
  }

  @Test
  void shouldWarnOnce() {
    List<Step> steps =
        LongStream.range(0, 3_600)
            .mapToObj(second -> next(second, "a"))
            .filter(step -> step != Step.REST)
            .toList();

    assertThat(Collections.frequency(steps, Step.LOOK_AND_WARN)).isEqualTo(1);
  }

  @Test
  void shouldBeginAnewWithWhatIsNewAndEndWithWhatIsFound() {
    for (long second = 0; second < 600; second++) {
      next(second, "a");
    }

    assertThat(next(600, "a")).isEqualTo(Step.REST);
    assertThat(next(601, "a", "b")).isEqualTo(Step.LOOK);
    assertThat(next(602, "a", "b")).isEqualTo(Step.LOOK);
    assertThat(next(603)).isEqualTo(Step.REST);
    assertThat(next(604, "a")).isEqualTo(Step.LOOK);
  }

  private Step next(long second, String... missing) {
    return search.next(Set.of(missing), START.plusSeconds(second));
  }
}
