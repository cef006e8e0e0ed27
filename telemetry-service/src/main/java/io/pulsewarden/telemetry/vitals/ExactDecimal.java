package io.pulsewarden.telemetry.vitals;

import java.math.BigDecimal;

/** The one form of a decimal value, so that equal values have equal bytes. */
final class ExactDecimal {

  /** More than any accepted value has after conversion; bounds what a block can make us hold. */
  static final int MAX_SCALE = 40;

  static final int MAX_PRECISION = 40;

  private ExactDecimal() {}

  /**
   * Without trailing zeros after the point and without an exponent.
   *
   * @throws IllegalArgumentException if it has more than 40 digits or decimals
   */
  static BigDecimal normal(BigDecimal value) {
    if (value.scale() == 0 && value.precision() <= MAX_PRECISION) {
      return value; // A zero at the end of an integer stays.
    }
    // An exponent of a billion must not become a billion digits.
    if (value.scale() < -MAX_PRECISION || value.precision() > 10 * MAX_PRECISION) {
      throw new IllegalArgumentException("a value with too many digits");
    }
    BigDecimal stripped = value.stripTrailingZeros();
    BigDecimal normal = stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    if (normal.scale() > MAX_SCALE || normal.precision() > MAX_PRECISION) {
      throw new IllegalArgumentException("a value with too many digits");
    }
    return normal;
  }
}
