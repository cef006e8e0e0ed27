package io.pulsewarden.telemetry.vitals;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Equidistant samples, as FHIR's SampledData: a measured amount is {@code origin + factor * sample}
 * in the canonical unit. Immutable.
 *
 * <p>{@code toString} tells nothing: samples must not come into a log by accident.
 */
public final class Samples {

  /** There was no measurement at this point. */
  public static final int ERROR = Integer.MIN_VALUE;

  /** Below the limit of detection. */
  public static final int BELOW = Integer.MIN_VALUE + 1;

  /** Above the limit of detection. */
  public static final int ABOVE = Integer.MIN_VALUE + 2;

  static final int MOST = 10_000;
  static final int LARGEST = (1 << 23) - 1;

  private final Grid grid;
  private final int[] values;

  /**
   * What the samples lie on.
   *
   * @param periodMillis from one sample to the next
   * @param factor above 0
   * @param lower the limit of detection below, in the canonical unit, if there is one
   * @param upper the limit of detection above
   */
  public record Grid(
      BigDecimal periodMillis,
      BigDecimal factor,
      BigDecimal origin,
      @Nullable BigDecimal lower,
      @Nullable BigDecimal upper) {
    public Grid {
      periodMillis = ExactDecimal.normal(periodMillis);
      factor = ExactDecimal.normal(factor);
      origin = ExactDecimal.normal(origin);
      lower = lower == null ? null : ExactDecimal.normal(lower);
      upper = upper == null ? null : ExactDecimal.normal(upper);
      if (periodMillis.signum() <= 0 || factor.signum() <= 0) {
        throw new IllegalArgumentException("a period and a factor are above 0");
      }
    }

    @Override
    public String toString() {
      return "Grid[redacted]";
    }
  }

  /**
   * Samples on a grid.
   *
   * @param values 24 bits each, or one of the three marks; copied
   * @throws IllegalArgumentException for none, for more than 10,000, for a larger value, and for a
   *     mark whose limit the grid has not
   */
  public Samples(Grid grid, int[] values) {
    this.grid = grid;
    this.values = values.clone();
    if (values.length == 0 || values.length > MOST) {
      throw new IllegalArgumentException("1 to 10,000 samples");
    }
    for (int value : values) {
      if ((!isMark(value) && Math.abs(value) > LARGEST)
          || (value == BELOW && grid.lower() == null)
          || (value == ABOVE && grid.upper() == null)) {
        throw new IllegalArgumentException("no such sample on this grid");
      }
    }
  }

  public Grid grid() {
    return grid;
  }

  /** How many there are. */
  public int count() {
    return values.length;
  }

  int at(int index) {
    return values[index];
  }

  static boolean isMark(int value) {
    return value == ERROR || value == BELOW || value == ABOVE;
  }

  /** The greatest amount either way that was measured; empty if nothing was. */
  public Optional<BigDecimal> extreme() {
    int[] measured = Arrays.stream(values).filter(value -> !isMark(value)).toArray();
    if (measured.length == 0) {
      return Optional.empty();
    }
    BigDecimal most = amount(Arrays.stream(measured).max().orElseThrow()).abs();
    return Optional.of(most.max(amount(Arrays.stream(measured).min().orElseThrow()).abs()));
  }

  private BigDecimal amount(int value) {
    return grid.origin().add(grid.factor().multiply(BigDecimal.valueOf(value)));
  }

  /** As in FHIR's {@code data}: separated by one space, marks as E, L and U. */
  public String text() {
    StringJoiner text = new StringJoiner(" ");
    for (int value : values) {
      text.add(
          switch (value) {
            case ERROR -> "E";
            case BELOW -> "L";
            case ABOVE -> "U";
            default -> Integer.toString(value);
          });
    }
    return text.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Samples samples
        && grid.equals(samples.grid)
        && Arrays.equals(values, samples.values);
  }

  @Override
  public int hashCode() {
    return 31 * grid.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Samples[" + values.length + "]";
  }
}
