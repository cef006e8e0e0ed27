package io.pulsewarden.registry.inventory;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.pulsewarden.registry.device.ActivityEntity;
import io.pulsewarden.registry.device.AssignmentView;
import io.pulsewarden.registry.device.CertificateEntity;
import io.pulsewarden.registry.device.DeviceView;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A device with its newest certificates and assignments, newest first. */
record DeviceDetails(
    @JsonUnwrapped DeviceView device,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ActivityView activity,
    List<CertificateView> certificates,
    List<AssignmentView> assignments) {

  DeviceDetails {
    certificates = List.copyOf(certificates);
    assignments = List.copyOf(assignments);
  }

  /**
   * What telemetry reported; absent if it never did. {@code seenAt} is the last time that a session
   * began or ended.
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ActivityView(
      @Nullable Instant seenAt,
      @Nullable Instant connectedAt,
      @Nullable Instant disconnectedAt,
      long configurationVersion,
      @Nullable Instant configurationAcknowledgedAt) {

    static ActivityView of(ActivityEntity activity) {
      return new ActivityView(
          activity.seenAt(),
          activity.connectedAt(),
          activity.disconnectedAt(),
          activity.configurationVersion(),
          activity.configurationAcknowledgedAt());
    }
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
