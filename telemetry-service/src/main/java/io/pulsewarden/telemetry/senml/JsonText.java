package io.pulsewarden.telemetry.senml;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.math.BigDecimal;

/** Strings and numbers as JSON that our own reader takes. */
final class JsonText {

  private JsonText() {}

  /** Half a surrogate pair is escaped: UTF-8 has no bytes for it. */
  static String quoted(String text) {
    String escaped = String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text));
    StringBuilder json = new StringBuilder(escaped.length() + 2).append('"');
    escaped
        .codePoints()
        .forEach(
            point -> {
              if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                json.append("\\u").append(Integer.toHexString(point));
              } else {
                json.appendCodePoint(point);
              }
            });
    return json.append('"').toString();
  }

  /** In 64 characters, which is what each number that we take can be written in. */
  static String number(BigDecimal number) {
    String usual = number.toString();
    return usual.length() <= SenmlJson.MAX_NUMBER
        ? usual
        : number.unscaledValue() + "E" + -number.scale();
  }
}
