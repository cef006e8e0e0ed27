package io.pulsewarden.registry.device;

import java.util.Locale;
import java.util.Set;

/** The states of a device, and what each may do: the one table. */
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

  /** Its certificates are admitted. */
  public boolean mayConnect() {
    return switch (this) {
      case ENROLLED, ACTIVE, MAINTENANCE -> true;
      case PROCURED, REGISTERED, QUARANTINED, LOST, DECOMMISSIONED -> false;
    };
  }

  /** Also while it is cut off: what was read before may have to be put right. */
  public boolean mayBeAssigned() {
    return this != PROCURED && this != DECOMMISSIONED;
  }

  public boolean mayBecome(Lifecycle next) {
    return next == this || successors().contains(next);
  }

  private Set<Lifecycle> successors() {
    return switch (this) {
      case PROCURED -> Set.of(REGISTERED, LOST, DECOMMISSIONED);
      case REGISTERED -> Set.of(ENROLLED, QUARANTINED, LOST, DECOMMISSIONED);
      case ENROLLED -> Set.of(ACTIVE, MAINTENANCE, QUARANTINED, LOST, DECOMMISSIONED);
      case ACTIVE -> Set.of(ENROLLED, MAINTENANCE, QUARANTINED, LOST, DECOMMISSIONED);
      case MAINTENANCE -> Set.of(ENROLLED, ACTIVE, QUARANTINED, LOST, DECOMMISSIONED);
      case QUARANTINED, LOST -> Set.of(REGISTERED, QUARANTINED, LOST, DECOMMISSIONED);
      case DECOMMISSIONED -> Set.of();
    };
  }

  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
