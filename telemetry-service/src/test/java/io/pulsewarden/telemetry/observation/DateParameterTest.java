package io.pulsewarden.telemetry.observation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DateParameterTest {

  @ParameterizedTest
  @CsvSource({
    "2026, 2026-01-01T00:00:00Z, 2026-12-31T23:59:59.999Z",
    "eq2026-02, 2026-02-01T00:00:00Z, 2026-02-28T23:59:59.999Z",
    "2026-02-03, 2026-02-03T00:00:00Z, 2026-02-03T23:59:59.999Z",
    "2026-02-03T04:05Z, 2026-02-03T04:05:00Z, 2026-02-03T04:05:59.999Z",
    "2026-02-03T04:05:06, 2026-02-03T04:05:06Z, 2026-02-03T04:05:06.999Z",
    "2026-02-03T04:05:06.7Z, 2026-02-03T04:05:06.700Z, 2026-02-03T04:05:06.700Z",
    "2026-02-03T04:05:06+01:00, 2026-02-03T03:05:06Z, 2026-02-03T03:05:06.999Z",
    "2026-02-03T04:05:06 01:00, 2026-02-03T03:05:06Z, 2026-02-03T03:05:06.999Z",
  })
  void shouldTakeADateForAllThatItNames(String text, Instant from, Instant until) {
    assertThat(DateParameter.parse(text))
        .contains(new TimeSpan(from.toEpochMilli(), until.toEpochMilli()));
  }

  @Test
  void shouldApplyPrefixesToTheWholeOfIt() {
    long first = Instant.parse("2026-02-03T00:00:00Z").toEpochMilli();
    long last = Instant.parse("2026-02-03T23:59:59.999Z").toEpochMilli();
    assertThat(DateParameter.parse("ge2026-02-03")).contains(new TimeSpan(first, Long.MAX_VALUE));
    assertThat(DateParameter.parse("gt2026-02-03"))
        .contains(new TimeSpan(last + 1, Long.MAX_VALUE));
    assertThat(DateParameter.parse("le2026-02-03")).contains(new TimeSpan(0, last));
    assertThat(DateParameter.parse("lt2026-02-03")).contains(new TimeSpan(0, first - 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "ne2026", "ap2026", "26", "2026-13", "2026-02-30", "2026-02-03T25:00Z", "now"})
  void shouldRefuseWhatIsNoSuchDate(String text) {
    assertThat(DateParameter.parse(text)).isEmpty();
  }
}
