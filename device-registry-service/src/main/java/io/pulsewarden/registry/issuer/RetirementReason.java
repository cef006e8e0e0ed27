package io.pulsewarden.registry.issuer;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Why an issuing CA is retired: those of RFC 5280, section 5.3.1, that an authority can have. */
enum RetirementReason {
  KEY_COMPROMISE("keyCompromise"),
  SUPERSEDED("superseded"),
  CESSATION_OF_OPERATION("cessationOfOperation");

  private final String wire;

  RetirementReason(String wire) {
    this.wire = wire;
  }

  /** Null if there is no such reason. */
  static @Nullable RetirementReason of(String name) {
    return Arrays.stream(values())
        .filter(reason -> reason.wire.equals(name))
        .findAny()
        .orElse(null);
  }

  static String names() {
    return Arrays.stream(values()).map(RetirementReason::wire).collect(Collectors.joining(", "));
  }

  String wire() {
    return wire;
  }
}
