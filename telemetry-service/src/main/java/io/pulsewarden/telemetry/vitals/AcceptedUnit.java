package io.pulsewarden.telemetry.vitals;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A unit that devices may send, and the way to the canonical one: {@code (x + plus) * times /
 * over}.
 *
 * @param unit as in SenML's {@code u}; a SenML or UCUM code, compared exactly
 * @param over 1 unless the conversion is a fraction; then the result is rounded half-even to {@link
 *     #FRACTION_DECIMALS} decimals
 */
public record AcceptedUnit(String unit, BigDecimal plus, BigDecimal times, BigDecimal over) {

  /** Decimals kept where a conversion does not terminate. */
  public static final int FRACTION_DECIMALS = 4;

  static AcceptedUnit same(String unit) {
    return new AcceptedUnit(unit, BigDecimal.ZERO, BigDecimal.ONE, BigDecimal.ONE);
  }

  static AcceptedUnit times(String unit, String factor) {
    return new AcceptedUnit(unit, BigDecimal.ZERO, new BigDecimal(factor), BigDecimal.ONE);
  }

  static AcceptedUnit plus(String unit, String offset) {
    return new AcceptedUnit(unit, new BigDecimal(offset), BigDecimal.ONE, BigDecimal.ONE);
  }

  static AcceptedUnit fraction(String unit, String plus, String times, String over) {
    return new AcceptedUnit(
        unit, new BigDecimal(plus), new BigDecimal(times), new BigDecimal(over));
  }

  /** Exact, unless {@link #over} makes it a fraction. */
  BigDecimal toCanonical(BigDecimal value) {
    // What is to stay as it is needs no reckoning, which would at most write out an exponent.
    if (leavesNumbers() && value.scale() >= 0) {
      return value;
    }
    BigDecimal product = value.add(plus).multiply(times);
    return over.compareTo(BigDecimal.ONE) == 0
        ? product
        : product.divide(over, FRACTION_DECIMALS, RoundingMode.HALF_EVEN);
  }

  private boolean leavesNumbers() {
    return plus.signum() == 0
        && times.compareTo(BigDecimal.ONE) == 0
        && over.compareTo(BigDecimal.ONE) == 0;
  }
}
