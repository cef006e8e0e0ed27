package io.pulsewarden.registry.firstenrolment;

import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A manufacturer's authority, as listed. */
@Schema(name = "ManufacturerCa")
record ManufacturerCaView(
    UUID id,
    String manufacturer,
    String subject,
    @Schema(description = "SHA-256 over the certificate's DER") String fingerprint,
    Instant notAfter,
    Instant addedAt,
    @Schema(description = "The number in its ETag") long version) {

  static ManufacturerCaView of(ManufacturerCaEntity ca) {
    return new ManufacturerCaView(
        ca.id(),
        ca.manufacturer(),
        ca.certificate().getSubjectX500Principal().getName(),
        ca.fingerprint(),
        ca.certificate().getNotAfter().toInstant(),
        ca.addedAt(),
        ca.version());
  }
}
