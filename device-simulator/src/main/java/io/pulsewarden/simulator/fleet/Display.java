package io.pulsewarden.simulator.fleet;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * Shows a fleet at work: on a terminal a table that is drawn over itself each second, elsewhere a
 * line at each interval. One thread at a time.
 */
public final class Display {

  private final PrintWriter out;
  private final boolean terminal;
  private final Duration interval;
  private int drawn;
  private long lastSent;
  private long lastAcknowledged;
  private Duration lastShown = Duration.ZERO;

  /**
   * @param terminal whether the cursor can be moved
   * @param interval between two lines where it can't
   */
  public Display(PrintWriter out, boolean terminal, Duration interval) {
    this.out = out;
    this.terminal = terminal;
    this.interval = interval;
  }

  /** Shows the counts, if it is time. */
  public void show(Counters.Snapshot now, int devices, Duration elapsed) {
    Duration since = elapsed.minus(lastShown);
    if (since.isZero() || (!terminal && since.compareTo(interval) < 0)) {
      return;
    }
    double seconds = since.toMillis() / 1000.0;
    double sentRate = (now.sent() - lastSent) / seconds;
    double acknowledgedRate = (now.acknowledged() - lastAcknowledged) / seconds;
    lastSent = now.sent();
    lastAcknowledged = now.acknowledged();
    lastShown = elapsed;
    if (terminal) {
      draw(table(now, devices, elapsed, sentRate, acknowledgedRate));
    } else {
      out.println(line(now, devices, elapsed, acknowledgedRate));
      out.flush();
    }
  }

  private static String line(
      Counters.Snapshot now, int devices, Duration elapsed, double acknowledgedRate) {
    return String.format(
        Locale.ROOT,
        "%s  connected %d/%d  sent %d  acknowledged %d (%.1f/s)  refused %d  p50 %s  p99 %s"
            + "  reconnects %d%s",
        clock(elapsed),
        now.connected(),
        devices,
        now.sent(),
        now.acknowledged(),
        acknowledgedRate,
        refused(now),
        millis(now.lately(), 50),
        millis(now.lately(), 99),
        now.reconnects(),
        now.refusals().isEmpty() ? "" : "  " + now.refusals());
  }

  private static List<String> table(
      Counters.Snapshot now,
      int devices,
      Duration elapsed,
      double sentRate,
      double acknowledgedRate) {
    List<String> lines = new ArrayList<>();
    lines.add(
        row("running", clock(elapsed) + ", " + now.connected() + " of " + devices + " connected"));
    lines.add(row("sent", count(now.sent()) + rate(sentRate)));
    lines.add(row("acknowledged", count(now.acknowledged()) + rate(acknowledgedRate)));
    lines.add(row("refused", count(refused(now))));
    now.refusals().forEach((reason, times) -> lines.add(row("", count(times) + "  " + reason)));
    lines.add(row("round trip", percentiles(now.lately())));
    lines.add(row("  whole run", percentiles(now.overall())));
    lines.add(row("reconnects", count(now.reconnects())));
    return lines;
  }

  private void draw(List<String> lines) {
    StringBuilder screen = new StringBuilder();
    if (drawn > 0) {
      screen.append("\u001b[").append(drawn).append('A');
    }
    lines.forEach(each -> screen.append("\u001b[2K").append(each).append('\n'));
    drawn = lines.size();
    out.print(screen);
    out.flush();
  }

  /** The last line of a run, in a form that other programs read. */
  public void summary(Counters.Snapshot end, int devices, Duration elapsed, long unanswered) {
    double seconds = Math.max(1, elapsed.toMillis()) / 1000.0;
    out.printf(
        Locale.ROOT,
        "summary: devices=%d seconds=%.1f sent=%d acknowledged=%d rate=%.1f/s p50_ms=%.2f"
            + " p99_ms=%.2f max_ms=%.2f refused=%d reconnects=%d unanswered=%d%n",
        devices,
        seconds,
        end.sent(),
        end.acknowledged(),
        end.acknowledged() / seconds,
        end.overall().getValueAtPercentile(50) / 1000.0,
        end.overall().getValueAtPercentile(99) / 1000.0,
        end.overall().getMaxValue() / 1000.0,
        refused(end),
        end.reconnects(),
        unanswered);
    end.refusals().forEach((reason, count) -> out.printf("refused: %d x %s%n", count, reason));
    out.flush();
  }

  private static long refused(Counters.Snapshot now) {
    return now.refusals().entrySet().stream()
        .filter(each -> each.getKey().startsWith("publish "))
        .mapToLong(each -> each.getValue())
        .sum();
  }

  private static String row(String name, String value) {
    return String.format(Locale.ROOT, "%-14s", name) + value;
  }

  private static String count(long count) {
    return String.format(Locale.ROOT, "%,12d", count);
  }

  private static String rate(double perSecond) {
    return String.format(Locale.ROOT, "  %,10.1f/s", perSecond);
  }

  private static String percentiles(Histogram micros) {
    return "p50 " + millis(micros, 50) + "  p99 " + millis(micros, 99);
  }

  private static String millis(Histogram micros, double percentile) {
    return micros.getTotalCount() == 0
        ? "-"
        : String.format(Locale.ROOT, "%.1f ms", micros.getValueAtPercentile(percentile) / 1000.0);
  }

  private static String clock(Duration elapsed) {
    return String.format(
        Locale.ROOT,
        "%02d:%02d:%02d",
        elapsed.toHours(),
        elapsed.toMinutesPart(),
        elapsed.toSecondsPart());
  }
}
