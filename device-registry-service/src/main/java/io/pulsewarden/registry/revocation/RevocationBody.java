package io.pulsewarden.registry.revocation;

import io.pulsewarden.registry.problem.Fields;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Why to cut a device off, as sent. */
@Schema(name = "Revocation", requiredProperties = "reason")
record RevocationBody(@Nullable String reason) {

  RevocationReason parsed() {
    return Fields.oneOf("reason", reason, RevocationReason::ofWire, RevocationReason.ALLOWED);
  }
}
