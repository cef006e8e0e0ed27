package io.pulsewarden.registry.inventory;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.pulsewarden.registry.device.AssignmentView;
import io.pulsewarden.registry.device.CertificateEntity;
import io.pulsewarden.registry.device.DeviceView;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A device with its newest certificates and assignments, newest first. */
record DeviceDetails(
    @JsonUnwrapped DeviceView device,
    List<CertificateView> certificates,
    List<AssignmentView> assignments) {

  DeviceDetails {
    certificates = List.copyOf(certificates);
    assignments = List.copyOf(assignments);
  }

  /** A certificate that was given out. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record CertificateView(
      String fingerprint,
      String serialNumber,
      Instant notBefore,
      Instant notAfter,
      Instant issuedAt,
      @Nullable Instant revokedAt,
      @Nullable String revocationReason) {

    static CertificateView of(CertificateEntity certificate) {
      return new CertificateView(
          certificate.fingerprint(),
          certificate.serialNumber(),
          certificate.notBefore(),
          certificate.notAfter(),
          certificate.issuedAt(),
          certificate.revokedAt(),
          certificate.revocationReason());
    }
  }
}
