package io.pulsewarden.telemetry.delivery;

import io.pulsewarden.telemetry.gap.Gap;
import io.pulsewarden.telemetry.gap.GapReports.Report;
import io.pulsewarden.telemetry.gap.Numbers;
import io.pulsewarden.telemetry.quarantine.RefusalCounts.Refusals;
import java.time.Instant;

/** What has come of a device, what has not, and what was refused, as it is shown. */
final class NumberingView {

  private static final int MAX_MISSING = 1_000;

  private NumberingView() {}

  /**
   * @param whole whether the counts, which are of all who wore the device, are shown too
   */
  static DeliveryView.Numbering of(Report report, boolean whole) {
    Numbers numbers = report.numbers();
    return new DeliveryView.Numbering(
        whole ? Integer.valueOf(numbers.run()) : null,
        whole ? Long.valueOf(numbers.newest()) : null,
        whole ? Long.valueOf(numbers.received()) : null,
        whole ? Long.valueOf(numbers.late()) : null,
        report.gaps().stream().limit(MAX_MISSING).map(NumberingView::of).toList(),
        report.gaps().size() > MAX_MISSING || numbers.gapsNotKept() > 0);
  }

  static DeliveryView.Refused of(Refusals refusals) {
    return new DeliveryView.Refused(
        refusals.open(), refusals.replayed(), refusals.discarded(), refusals.byReason());
  }

  private static DeliveryView.Missing of(Gap gap) {
    return new DeliveryView.Missing(
        gap.run(),
        gap.first(),
        gap.isRestart() ? null : Long.valueOf(gap.last()),
        Instant.ofEpochMilli(gap.fromMillis()),
        Instant.ofEpochMilli(gap.untilMillis()),
        gap.foundAt());
  }
}
