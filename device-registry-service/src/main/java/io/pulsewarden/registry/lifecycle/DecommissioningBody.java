package io.pulsewarden.registry.lifecycle;

import io.pulsewarden.registry.device.Transition;
import io.pulsewarden.registry.problem.Fields;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Why a device ends, and what became of the data on it, as sent. */
@Schema(
    name = "DecommissioningRequest",
    requiredProperties = {"reason", "sanitisation"})
record DecommissioningBody(
    @Schema(description = "end-of-life, defective, sold, returned, lost", examples = "end-of-life")
        @Nullable String reason,
    @Nullable Sanitisation sanitisation) {

  /** As NIST SP 800-88 names the methods. */
  @Schema(name = "SanitisationRequest", requiredProperties = "method")
  record Sanitisation(
      @Schema(
              description = "clear, purge, destroy (NIST SP 800-88), nothing-stored, not-possible",
              examples = "purge")
          @Nullable String method,
      @Schema(
              description = "When it was done; for clear, purge and destroy",
              examples = "2026-01-31T08:00:00Z")
          @Nullable String at,
      @Schema(
              description = "Number of the record or certificate of it; for clear, purge, destroy",
              examples = "SAN-2026-0042")
          @Nullable String reference) {}

  Decommissioning parsed() {
    String code =
        Fields.oneOf(
            "reason",
            reason,
            text -> Transition.DECOMMISSION.reasons().contains(text) ? text : null,
            String.join(", ", Transition.DECOMMISSION.reasons()));
    if (sanitisation == null) {
      throw Fields.invalid("sanitisation", "Is missing.");
    }
    SanitisationMethod method =
        Fields.oneOf(
            "sanitisation.method",
            sanitisation.method(),
            SanitisationMethod::ofWire,
            SanitisationMethod.ALLOWED);
    return new Decommissioning(code, method, at(method), reference(method));
  }

  private @Nullable Instant at(SanitisationMethod method) {
    String text = sanitisation == null ? null : sanitisation.at();
    return method.isDone() || text != null ? Fields.instant("sanitisation.at", text) : null;
  }

  private @Nullable String reference(SanitisationMethod method) {
    String text = sanitisation == null ? null : sanitisation.reference();
    return method.isDone() || text != null
        ? Fields.reference("sanitisation.reference", text)
        : null;
  }
}
