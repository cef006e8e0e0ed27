package io.pulsewarden.registry.firstenrolment;

import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A first enrolment that waits for a person. */
@Schema(name = "EnrolmentRequest")
record RequestView(
    UUID id,
    UUID deviceId,
    @Schema(description = "SHA-256 over the key's SubjectPublicKeyInfo, to compare with the device")
        String keyHash,
    Instant requestedAt,
    @Schema(description = "The number in its ETag") long version) {

  static RequestView of(EnrolmentRequestEntity request) {
    return new RequestView(
        request.id(),
        request.deviceId(),
        request.keyHash(),
        request.requestedAt(),
        request.version());
  }
}
