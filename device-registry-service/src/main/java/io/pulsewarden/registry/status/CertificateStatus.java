package io.pulsewarden.registry.status;

import java.time.Instant;
import java.util.UUID;

/** What is known of a serial number. */
sealed interface CertificateStatus {

  /** In use, or could be. */
  record Good(UUID device) implements CertificateStatus {}

  /**
   * Not to be trusted: revoked itself, or on hold since its device is.
   *
   * @param reason code of RFC 5280, section 5.3.1
   */
  record Revoked(UUID device, Instant at, int reason) implements CertificateStatus {}

  /** The issuer's key may have signed it, but the registry never recorded it. */
  record NotIssued() implements CertificateStatus {}
}
