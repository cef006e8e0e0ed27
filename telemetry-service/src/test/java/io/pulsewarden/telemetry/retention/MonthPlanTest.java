package io.pulsewarden.telemetry.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class MonthPlanTest {

  private static final List<YearMonth> THERE =
      List.of(YearMonth.of(2025, 1), YearMonth.of(2026, 1), YearMonth.of(2026, 2));

  @Test
  void shouldReachFromTheLatestReadingsThatAreTakenToTwoMonthsAhead() {
    MonthPlan plan = MonthPlan.at(Instant.parse("2026-03-02T00:00:00Z"), OptionalInt.empty());

    assertThat(plan.firstNeeded()).isEqualTo(YearMonth.of(2026, 1));
    assertThat(plan.lastNeeded()).isEqualTo(YearMonth.of(2026, 5));
    assertThat(plan.past(THERE)).as("for ever unless configured").isEmpty();
  }

  @Test
  void shouldKeepAMonthUntilAllOfItIsPastRetention() {
    OptionalInt year = OptionalInt.of(12);

    assertThat(MonthPlan.at(Instant.parse("2026-01-31T23:59:59Z"), year).past(THERE)).isEmpty();
    assertThat(MonthPlan.at(Instant.parse("2026-02-01T00:00:00Z"), year).past(THERE))
        .containsExactly(YearMonth.of(2025, 1));
  }

  @Test
  void shouldNeverDropAMonthThatLateReadingsMayComeTo() {
    assertThat(MonthPlan.at(Instant.parse("2026-03-02T00:00:00Z"), OptionalInt.of(1)).past(THERE))
        .containsExactly(YearMonth.of(2025, 1));
    assertThat(MonthPlan.at(Instant.parse("2026-03-05T00:00:00Z"), OptionalInt.of(1)).past(THERE))
        .containsExactly(YearMonth.of(2025, 1), YearMonth.of(2026, 1));
  }

  @Test
  void shouldRefuseARetentionOfLessThanAMonth() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MonthPlan.at(Instant.EPOCH, OptionalInt.of(0)));
  }
}
