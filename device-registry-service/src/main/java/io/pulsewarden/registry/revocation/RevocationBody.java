package io.pulsewarden.registry.revocation;

import io.pulsewarden.registry.device.Transition;
import io.pulsewarden.registry.problem.Fields;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Why to revoke, as sent. */
@Schema(name = "Revocation", requiredProperties = "reason")
record RevocationBody(
    @Schema(description = "RFC 5280, section 5.3.1", examples = "keyCompromise")
        @Nullable String reason) {

  RevocationReason ofDevice() {
    return Fields.oneOf(
        "reason",
        reason,
        RevocationReason::ofDevice,
        String.join(", ", Transition.REVOKE.reasons()));
  }

  RevocationReason ofCertificate() {
    return Fields.oneOf(
        "reason",
        reason,
        RevocationReason::ofCertificate,
        String.join(", ", RevocationReason.ofCertificates()));
  }
}
