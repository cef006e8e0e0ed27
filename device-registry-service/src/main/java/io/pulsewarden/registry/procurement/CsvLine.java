package io.pulsewarden.registry.procurement;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One record of CSV (RFC 4180) that stands on one line: no field of a device has a line break in
 * it.
 */
final class CsvLine {

  private CsvLine() {}

  /** Empty if quotes are not where they may be. */
  static Optional<List<String>> parse(String line) {
    List<String> fields = new ArrayList<>();
    int at = 0;
    while (at <= line.length()) {
      StringBuilder field = new StringBuilder();
      int end =
          at < line.length() && line.charAt(at) == '"'
              ? quoted(line, at + 1, field)
              : plain(line, at, field);
      if (end < 0 || (end < line.length() && line.charAt(end) != ',')) {
        return Optional.empty();
      }
      fields.add(field.toString());
      at = end + 1;
    }
    return Optional.of(fields);
  }

  /** Where the field ends; -1 if it has a quote. */
  private static int plain(String line, int from, StringBuilder field) {
    int end = line.indexOf(',', from);
    String text = line.substring(from, end < 0 ? line.length() : end);
    field.append(text);
    return text.indexOf('"') >= 0 ? -1 : from + text.length();
  }

  /** Where the field ends, behind its closing quote; -1 if that is missing. */
  private static int quoted(String line, int from, StringBuilder field) {
    int at = from;
    while (at < line.length()) {
      char next = line.charAt(at);
      if (next != '"') {
        field.append(next);
        at++;
      } else if (at + 1 < line.length() && line.charAt(at + 1) == '"') {
        field.append('"');
        at += 2;
      } else {
        return at + 1;
      }
    }
    return -1;
  }
}
