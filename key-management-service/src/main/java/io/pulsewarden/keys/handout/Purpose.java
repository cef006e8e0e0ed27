package io.pulsewarden.keys.handout;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a base key is for; docs/formats/keys.md. */
public enum Purpose {
  VITALS,
  HOLD,
  QUARANTINE,
  DEMOGRAPHICS,
  BLIND_INDEX,
  RECEIPT,
  OBSERVATION_ID,
  CURSOR;

  /** As in requests and derivation, such as {@code blind-index}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The purpose of that name. */
  public static Optional<Purpose> ofWireName(String name) {
    return Arrays.stream(values()).filter(purpose -> purpose.wireName().equals(name)).findAny();
  }
}
