package io.pulsewarden.registry.revocation;

import io.pulsewarden.registry.device.Lifecycle;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Why a device is cut off for its own sake (RFC 5280, section 5.3.1). */
public enum RevocationReason {
  UNSPECIFIED("unspecified", Lifecycle.QUARANTINED),
  KEY_COMPROMISE("keyCompromise", Lifecycle.QUARANTINED),
  AFFILIATION_CHANGED("affiliationChanged", Lifecycle.QUARANTINED),
  PRIVILEGE_WITHDRAWN("privilegeWithdrawn", Lifecycle.QUARANTINED),
  CESSATION_OF_OPERATION("cessationOfOperation", Lifecycle.DECOMMISSIONED);

  /** All wire names, for error messages. */
  static final String ALLOWED =
      Arrays.stream(values()).map(RevocationReason::wire).collect(Collectors.joining(", "));

  private final String wire;
  private final Lifecycle next;

  RevocationReason(String wire, Lifecycle next) {
    this.wire = wire;
    this.next = next;
  }

  /** Null if there is no such reason, or it is not one to cut off a device for. */
  static @Nullable RevocationReason ofWire(String name) {
    for (RevocationReason reason : values()) {
      if (reason.wire.equals(name)) {
        return reason;
      }
    }
    return null;
  }

  /** The name that RFC 5280 has for it. */
  public String wire() {
    return wire;
  }

  /** Where the device is afterwards; what is decommissioned stays so. */
  Lifecycle after(Lifecycle before) {
    return before == Lifecycle.DECOMMISSIONED ? before : next;
  }
}
