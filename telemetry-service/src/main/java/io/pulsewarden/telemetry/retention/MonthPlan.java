package io.pulsewarden.telemetry.retention;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.OptionalInt;
import java.util.SequencedCollection;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which months (UTC) there are to be at a moment.
 *
 * @param firstNeeded the earliest that late readings may come to
 * @param lastNeeded so far ahead that a service which stands still for weeks comes back in time
 * @param firstKept nothing before it is kept; null to keep everything
 */
record MonthPlan(YearMonth firstNeeded, YearMonth lastNeeded, @Nullable YearMonth firstKept) {

  /** The intake takes readings of 30 days, and a message may wait in Kafka. */
  private static final Duration LATE = Duration.ofDays(31);

  private static final int AHEAD = 2;

  /**
   * The plan.
   *
   * @param months of retention, at least 1: a reading is kept for so many months, and until its
   *     month is over
   */
  static MonthPlan at(Instant now, OptionalInt months) {
    if (months.isPresent() && months.getAsInt() < 1) {
      throw new IllegalArgumentException("retention is at least one month");
    }
    YearMonth firstNeeded = month(now.minus(LATE));
    YearMonth kept = months.isPresent() ? month(now).minusMonths(months.getAsInt()) : null;
    return new MonthPlan(
        firstNeeded,
        month(now).plusMonths(AHEAD),
        kept != null && kept.isAfter(firstNeeded) ? firstNeeded : kept);
  }

  /** Those past retention, the earliest first. */
  SequencedCollection<YearMonth> past(SequencedCollection<YearMonth> there) {
    YearMonth kept = firstKept;
    Stream<YearMonth> past =
        kept == null ? Stream.empty() : there.stream().filter(month -> month.isBefore(kept));
    return past.sorted().toList();
  }

  private static YearMonth month(Instant time) {
    return YearMonth.from(time.atOffset(ZoneOffset.UTC));
  }
}
