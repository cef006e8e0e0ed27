package io.pulsewarden.telemetry.senml;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Decimals as nearly all devices write them: a few digits, perhaps a point, no exponent. */
final class ShortDecimal {

  /** So many characters always fit a long, and lie within the bounds of a pack's numbers. */
  private static final int LONGEST = 18;

  private ShortDecimal() {}

  /**
   * The number that {@link BigDecimal#BigDecimal(char[], int, int)} reads, scale included, without
   * its detours.
   *
   * @param text a number of JSON's grammar
   * @return null for one that is long or has an exponent
   */
  static @Nullable BigDecimal read(char[] text, int offset, int length) {
    if (length > LONGEST) {
      return null;
    }
    boolean negative = length > 0 && text[offset] == '-';
    long digits = 0;
    int point = -1;
    for (int i = negative ? 1 : 0; i < length; i++) {
      char each = text[offset + i];
      if (each >= '0' && each <= '9') {
        digits = digits * 10 + (each - '0');
      } else if (each == '.' && point < 0) {
        point = i;
      } else {
        return null;
      }
    }
    return BigDecimal.valueOf(negative ? -digits : digits, point < 0 ? 0 : length - 1 - point);
  }
}
