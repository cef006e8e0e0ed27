package io.pulsewarden.telemetry.senml;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** Strings as JSON. */
final class JsonText {

  private JsonText() {}

  static String quoted(String text) {
    return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
