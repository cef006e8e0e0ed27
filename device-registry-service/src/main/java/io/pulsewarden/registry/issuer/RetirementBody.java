package io.pulsewarden.registry.issuer;

import io.pulsewarden.registry.problem.Fields;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Why to retire an issuing CA, as sent. */
@Schema(name = "Retirement", requiredProperties = "reason")
record RetirementBody(
    @Schema(description = "RFC 5280, section 5.3.1", examples = "keyCompromise")
        @Nullable String reason) {

  RetirementReason retirementReason() {
    return Fields.oneOf("reason", reason, RetirementReason::of, RetirementReason.names());
  }
}
