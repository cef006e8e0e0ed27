package io.pulsewarden.registry.status;

import java.util.Map;
import org.bouncycastle.asn1.x509.CRLReason;

/** Numbers of the reasons whose names are on record (RFC 5280, section 5.3.1). */
final class ReasonCode {

  static final int CERTIFICATE_HOLD = CRLReason.certificateHold;

  private static final Map<String, Integer> BY_NAME =
      Map.of(
          "keyCompromise", CRLReason.keyCompromise,
          "cACompromise", CRLReason.cACompromise,
          "affiliationChanged", CRLReason.affiliationChanged,
          "superseded", CRLReason.superseded,
          "cessationOfOperation", CRLReason.cessationOfOperation,
          "certificateHold", CRLReason.certificateHold,
          "privilegeWithdrawn", CRLReason.privilegeWithdrawn);

  private ReasonCode() {}

  static int of(String name) {
    return BY_NAME.getOrDefault(name, CRLReason.unspecified);
  }
}
