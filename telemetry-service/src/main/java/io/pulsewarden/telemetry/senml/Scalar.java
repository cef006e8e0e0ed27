package io.pulsewarden.telemetry.senml;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A JSON string, number, boolean or null.
 *
 * @param text the string's characters, or the literal
 * @param number the exact number, if it is one
 */
record Scalar(String text, boolean isText, @Nullable BigDecimal number) {

  static Scalar text(String text) {
    return new Scalar(text, true, null);
  }

  static Scalar number(BigDecimal number) {
    return new Scalar(number.toString(), false, number);
  }

  static Scalar literal(String literal) {
    return new Scalar(literal, false, null);
  }

  String json() {
    return isText ? JsonText.quoted(text) : text;
  }

  @Override
  public String toString() {
    return "Scalar[redacted]";
  }
}
