package io.pulsewarden.telemetry.senml;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A JSON string, number, boolean or null.
 *
 * @param text the string's characters, or the literal; empty if it is a number
 * @param number the exact number, if it is one
 */
record Scalar(String text, boolean isText, @Nullable BigDecimal number) {

  static Scalar text(String text) {
    return new Scalar(text, true, null);
  }

  static Scalar number(BigDecimal number) {
    return new Scalar("", false, number);
  }

  static Scalar literal(String literal) {
    return new Scalar(literal, false, null);
  }

  String json() {
    if (isText) {
      return JsonText.quoted(text);
    }
    return number == null ? text : JsonText.number(number);
  }

  @Override
  public String toString() {
    return "Scalar[redacted]";
  }
}
