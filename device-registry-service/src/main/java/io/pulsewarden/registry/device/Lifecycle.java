package io.pulsewarden.registry.device;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The states of a device, and what each may do. {@link Transition} has the steps between them. */
public enum Lifecycle {
  /** Bought, not yet here. */
  PROCURED,
  REGISTERED,
  /** Has had a certificate. */
  ENROLLED,
  /** Has spoken. */
  ACTIVE,
  MAINTENANCE,
  /** Cut off until somebody looks at it. */
  QUARANTINED,
  LOST,
  /** Cut off for good. */
  DECOMMISSIONED;

  /** Claims are made for it and taken from it. */
  public boolean mayEnrol() {
    return switch (this) {
      case REGISTERED, ENROLLED, ACTIVE, MAINTENANCE -> true;
      case PROCURED, QUARANTINED, LOST, DECOMMISSIONED -> false;
    };
  }

  /** Its certificates are admitted. In maintenance they are not: nobody wears it then. */
  public boolean mayConnect() {
    return switch (this) {
      case ENROLLED, ACTIVE -> true;
      case PROCURED, REGISTERED, MAINTENANCE, QUARANTINED, LOST, DECOMMISSIONED -> false;
    };
  }

  /** Also while it is cut off: what was read before may have to be put right. */
  public boolean mayBeAssigned() {
    return this != PROCURED && this != DECOMMISSIONED;
  }

  /** Whether {@link Transition} has a step there; staying is no step, and allowed. */
  public boolean mayBecome(Lifecycle next) {
    return next == this
        || Arrays.stream(Transition.values())
            .anyMatch(transition -> transition.startsAt(this) && transition.endsAt(next));
  }

  /** Null if there is no such state. */
  public static @Nullable Lifecycle ofWire(String name) {
    return Arrays.stream(values())
        .filter(state -> state.wire().equals(name))
        .findAny()
        .orElse(null);
  }

  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
