package io.pulsewarden.registry.lifecycle;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What was done to the data on a device (NIST SP 800-88, section 2.5), or why nothing was. */
enum SanitisationMethod {
  CLEAR,
  PURGE,
  DESTROY,
  /** The device keeps nothing. */
  NOTHING_STORED,
  /** Nobody has the device any more. */
  NOT_POSSIBLE;

  static final String ALLOWED =
      Arrays.stream(values()).map(SanitisationMethod::wire).collect(Collectors.joining(", "));

  /** Null if there is no such method. */
  static @Nullable SanitisationMethod ofWire(String name) {
    return Arrays.stream(values())
        .filter(method -> method.wire().equals(name))
        .findAny()
        .orElse(null);
  }

  String wire() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** It was done at some time, and there is a record of it. */
  boolean isDone() {
    return this == CLEAR || this == PURGE || this == DESTROY;
  }
}
