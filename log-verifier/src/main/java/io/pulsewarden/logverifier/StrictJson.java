package io.pulsewarden.logverifier;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the JSON (RFC 8259) that receipts are written in: objects, arrays, strings, and numbers
 * that are whole and not negative. Anything else, a name given twice, and anything behind the text
 * is refused, so that two readers can't see two things in one text.
 */
final class StrictJson {

  private static final int MAX_DEPTH = 16;
  private static final int MAX_DIGITS = 18;

  private final String text;
  private int at;

  private StrictJson(String text) {
    this.text = text;
  }

  /**
   * A {@code Map}, {@code List}, {@code String} or {@code Long}.
   *
   * @throws BadLogException if it is anything else
   */
  static Object read(String text) throws BadLogException {
    StrictJson json = new StrictJson(text);
    Object value = json.value(0);
    json.space();
    if (json.at != text.length()) {
      throw json.malformed();
    }
    return value;
  }

  private Object value(int depth) throws BadLogException {
    space();
    if (depth > MAX_DEPTH) {
      throw malformed();
    }
    return switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      default -> number();
    };
  }

  private Map<String, Object> object(int depth) throws BadLogException {
    Map<String, Object> members = new LinkedHashMap<>();
    expect('{');
    space();
    while (peek() != '}') {
      if (!members.isEmpty()) {
        expect(',');
        space();
      }
      String name = string();
      space();
      expect(':');
      if (members.put(name, value(depth + 1)) != null) {
        throw new BadLogException("the receipt has a field twice: " + name);
      }
      space();
    }
    expect('}');
    return members;
  }

  private List<Object> array(int depth) throws BadLogException {
    List<Object> elements = new ArrayList<>();
    expect('[');
    space();
    while (peek() != ']') {
      if (!elements.isEmpty()) {
        expect(',');
      }
      elements.add(value(depth + 1));
      space();
    }
    expect(']');
    return elements;
  }

  private String string() throws BadLogException {
    StringBuilder read = new StringBuilder();
    expect('"');
    for (char next = take(); next != '"'; next = take()) {
      if (next < ' ') {
        throw malformed();
      }
      read.append(next == '\\' ? escaped() : next);
    }
    return read.toString();
  }

  private char escaped() throws BadLogException {
    return switch (take()) {
      case '"' -> '"';
      case '\\' -> '\\';
      case '/' -> '/';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int code = 0;
        for (int i = 0; i < 4; i++) {
          int digit = Character.digit(take(), 16);
          if (digit < 0) {
            throw malformed();
          }
          code = code << 4 | digit;
        }
        yield (char) code;
      }
      default -> throw malformed();
    };
  }

  private Long number() throws BadLogException {
    int from = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    String digits = text.substring(from, at);
    if (digits.isEmpty()
        || digits.length() > MAX_DIGITS
        || (digits.length() > 1 && digits.startsWith("0"))) {
      throw malformed();
    }
    return Long.valueOf(digits);
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() throws BadLogException {
    if (at == text.length()) {
      throw malformed();
    }
    return text.charAt(at);
  }

  private char take() throws BadLogException {
    char next = peek();
    at++;
    return next;
  }

  private void expect(char wanted) throws BadLogException {
    if (take() != wanted) {
      throw malformed();
    }
  }

  private BadLogException malformed() {
    return new BadLogException("the receipt is not the JSON of one, at character " + at);
  }
}
