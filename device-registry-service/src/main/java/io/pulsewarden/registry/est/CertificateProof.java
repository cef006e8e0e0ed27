package io.pulsewarden.registry.est;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Judges presented certificates. Only what is on record counts, byte for byte: neither a name nor
 * an issuer's signature makes a certificate that the registry did not record worth anything.
 */
final class CertificateProof {

  private CertificateProof() {}

  /**
   * What a certificate proves at a time.
   *
   * @param lateRenewal how long an expired one still renews, if it is its device's newest
   */
  static ProofVerdict judge(@Nullable DeviceLook look, Instant now, Duration lateRenewal) {
    DeviceLook.Shown shown = look == null ? null : look.shown();
    if (look == null || shown == null) {
      return unproven(PresentedRule.UNKNOWN, look);
    }
    if (shown.revoked()) {
      return unproven(PresentedRule.REVOKED, look);
    }
    if (now.isBefore(shown.notBefore())) {
      return unproven(PresentedRule.NOT_YET_VALID, look);
    }
    if (!now.isAfter(shown.notAfter())) {
      return new ProofVerdict.Proven(look, shown, false);
    }
    if (now.isAfter(shown.notAfter().plus(lateRenewal))) {
      return unproven(PresentedRule.EXPIRED, look);
    }
    return shown.newest()
        ? new ProofVerdict.Proven(look, shown, true)
        : unproven(PresentedRule.NOT_NEWEST, look);
  }

  private static ProofVerdict unproven(PresentedRule rule, @Nullable DeviceLook look) {
    return new ProofVerdict.Unproven(new Refusal.ByCertificate(rule), look);
  }
}
