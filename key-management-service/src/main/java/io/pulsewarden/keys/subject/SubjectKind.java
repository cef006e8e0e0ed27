package io.pulsewarden.keys.subject;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Whose key it is. */
public enum SubjectKind {
  PATIENT,
  DEVICE,
  ORGANISATION;

  /** As in requests, rows and associated data. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind of that name. */
  public static Optional<SubjectKind> ofWireName(String name) {
    return Arrays.stream(values()).filter(kind -> kind.wireName().equals(name)).findAny();
  }
}
