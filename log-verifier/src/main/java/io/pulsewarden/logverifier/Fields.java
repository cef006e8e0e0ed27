package io.pulsewarden.logverifier;

import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The fields of one JSON object of a receipt. What is wrong with one is told by its name. */
final class Fields {

  private final String path;
  private final Map<String, Object> members;

  private Fields(String path, Map<String, Object> members) {
    this.path = path;
    this.members = members;
  }

  /**
   * An object with no other fields than these.
   *
   * @param path what stands before its fields' names, such as {@code log.}
   */
  static Fields of(String path, @Nullable Object value, Set<String> known) throws BadLogException {
    if (!(value instanceof Map<?, ?> object)) {
      throw new BadLogException(
          path.isEmpty()
              ? "the receipt is no object"
              : path.substring(0, path.length() - 1) + " is no object");
    }
    Map<String, Object> members = new LinkedHashMap<>();
    object.forEach((name, member) -> members.put(String.valueOf(name), member));
    for (String name : members.keySet()) {
      if (!known.contains(name)) {
        throw new BadLogException("a receipt has no field " + path + name);
      }
    }
    return new Fields(path, members);
  }

  @Nullable Object any(String name) {
    return members.get(name);
  }

  String text(String name) throws BadLogException {
    if (members.get(name) instanceof String text) {
      return text;
    }
    throw bad(name, "text");
  }

  long number(String name) throws BadLogException {
    if (members.get(name) instanceof Long number) {
      return number;
    }
    throw bad(name, "number");
  }

  List<?> list(String name) throws BadLogException {
    if (members.get(name) instanceof List<?> list) {
      return list;
    }
    throw bad(name, "list");
  }

  UUID id(String name) throws BadLogException {
    String text = text(name);
    try {
      UUID id = UUID.fromString(text);
      if (id.toString().equals(text)) {
        return id;
      }
    } catch (IllegalArgumentException none) {
      // Told below.
    }
    throw bad(name, "id");
  }

  byte[] base64(String name) throws BadLogException {
    byte[] bytes = base64(members.get(name));
    if (bytes == null) {
      throw bad(name, "base64");
    }
    return bytes;
  }

  byte[] hash(String name) throws BadLogException {
    String text = text(name);
    try {
      byte[] bytes = HexFormat.of().parseHex(text);
      if (bytes.length == Hashes.BYTES && HexFormat.of().formatHex(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException none) {
      // Told below.
    }
    throw bad(name, "hash in lower-case hex");
  }

  /** Null if it is not base64, in the one spelling that its bytes have. */
  static byte @Nullable [] base64(@Nullable Object value) {
    if (!(value instanceof String text)) {
      return null;
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      return Base64.getEncoder().encodeToString(bytes).equals(text) ? bytes : null;
    } catch (IllegalArgumentException none) {
      return null;
    }
  }

  BadLogException bad(String name, String wanted) {
    return new BadLogException(path + name + " is no " + wanted);
  }

  BadLogException wrong(String name, String why) {
    return new BadLogException(path + name + " " + why);
  }
}
