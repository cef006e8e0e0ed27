package io.pulsewarden.audit.siem;

import java.util.List;
import java.util.Map;

/**
 * Writes JSON (RFC 8259) on one line, in ASCII, members in the order of the map: equal events have
 * equal bytes.
 */
final class Json {

  private Json() {}

  static String write(Object value) {
    StringBuilder out = new StringBuilder(512);
    append(out, value);
    return out.toString();
  }

  private static void append(StringBuilder out, Object value) {
    switch (value) {
      case Map<?, ?> members -> {
        char before = '{';
        for (Map.Entry<?, ?> member : members.entrySet()) {
          out.append(before);
          string(out, String.valueOf(member.getKey()));
          out.append(':');
          append(out, member.getValue());
          before = ',';
        }
        out.append(members.isEmpty() ? "{}" : "}");
      }
      case List<?> items -> {
        char before = '[';
        for (Object item : items) {
          out.append(before);
          append(out, item);
          before = ',';
        }
        out.append(items.isEmpty() ? "[]" : "]");
      }
      case String text -> string(out, text);
      case Number number -> out.append(number.longValue());
      case Boolean word -> out.append(word.booleanValue());
      default -> throw new IllegalArgumentException("no JSON: " + value.getClass());
    }
  }

  private static void string(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char one = text.charAt(i);
      if (one == '"' || one == '\\') {
        out.append('\\').append(one);
      } else if (one < ' ' || one > '~') {
        out.append("\\u%04x".formatted((int) one));
      } else {
        out.append(one);
      }
    }
    out.append('"');
  }
}
