package io.pulsewarden.registry.revocation;

import io.pulsewarden.registry.device.Transition;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Why certificates are revoked for good (RFC 5280, section 5.3.1). Holds are put on and lifted by
 * quarantine and release; the reasons of authorities are not a device's.
 */
public enum RevocationReason {
  UNSPECIFIED("unspecified"),
  KEY_COMPROMISE("keyCompromise"),
  AFFILIATION_CHANGED("affiliationChanged"),
  PRIVILEGE_WITHDRAWN("privilegeWithdrawn"),
  CESSATION_OF_OPERATION("cessationOfOperation"),
  /** Of one certificate, never of a whole device. */
  SUPERSEDED("superseded");

  private final String wire;

  RevocationReason(String wire) {
    this.wire = wire;
  }

  /** Null if there is no such reason to cut off a device for. */
  static @Nullable RevocationReason ofDevice(String name) {
    return Transition.REVOKE.reasons().contains(name) ? ofCertificate(name) : null;
  }

  /** Null if there is no such reason to revoke a certificate for. */
  static @Nullable RevocationReason ofCertificate(String name) {
    return Arrays.stream(values())
        .filter(reason -> reason.wire.equals(name))
        .findAny()
        .orElse(null);
  }

  static List<String> ofCertificates() {
    return Arrays.stream(values()).map(RevocationReason::wire).collect(Collectors.toList());
  }

  /** The name that RFC 5280 has for it. */
  public String wire() {
    return wire;
  }
}
