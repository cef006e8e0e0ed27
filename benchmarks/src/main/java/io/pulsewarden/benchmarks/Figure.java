package io.pulsewarden.benchmarks;

import java.util.Locale;

/**
 * One measured figure beside its baseline.
 *
 * @param what such as {@code enrolments with commit}
 * @param value in {@code unit}
 * @param unit such as {@code /s} or {@code ms}
 * @param baseline what it is compared with, such as {@code openssl ecdsap256 sign}
 * @param baselineValue in the same unit, measured in the same run; above 0
 */
public record Figure(
    String what, double value, String unit, String baseline, double baselineValue) {

  /** Checks that there is a baseline to compare with. */
  public Figure {
    if (!(baselineValue > 0) || !(value >= 0)) {
      throw new IllegalArgumentException(what + ": a figure and its baseline are positive");
    }
  }

  /** How many times the baseline this is. */
  public double ratio() {
    return value / baselineValue;
  }

  /** One line for people. */
  String text() {
    return String.format(
        Locale.ROOT,
        "%-44s %12s %-6s  ratio %8.4f to %s (%s %s)",
        what,
        number(value),
        unit,
        ratio(),
        baseline,
        number(baselineValue),
        unit);
  }

  /** One line of CSV: what, value, unit, baseline, baseline's value, ratio. */
  String csv() {
    return String.format(
        Locale.ROOT, "%s,%f,%s,%s,%f,%f", what, value, unit, baseline, baselineValue, ratio());
  }

  private static String number(double number) {
    return number >= 100
        ? String.format(Locale.ROOT, "%,.0f", number)
        : String.format(Locale.ROOT, "%.3f", number);
  }
}
