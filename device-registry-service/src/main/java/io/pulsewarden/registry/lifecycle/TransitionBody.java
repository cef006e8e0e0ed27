package io.pulsewarden.registry.lifecycle;

import io.pulsewarden.registry.device.Transition;
import io.pulsewarden.registry.problem.Fields;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A step to take, as sent. */
@Schema(name = "Transition", requiredProperties = "transition")
record TransitionBody(
    @Schema(
            description =
                "receive, start-maintenance, end-maintenance, quarantine, release, report-lost,"
                    + " find",
            examples = "quarantine")
        @Nullable String transition,
    @Schema(description = "One of the transition's codes", examples = "suspected-compromise")
        @Nullable String reason) {

  Transition step() {
    return Fields.oneOf(
        "transition",
        transition,
        Transition::ofWire,
        Transition.plain().map(Transition::wire).collect(Collectors.joining(", ")));
  }

  /** Null where the step has none. */
  static @Nullable String reason(Transition step, @Nullable String reason) {
    if (step.reasons().isEmpty()) {
      if (reason != null) {
        throw Fields.invalid("reason", "'" + step.wire() + "' takes none.");
      }
      return null;
    }
    return Fields.oneOf(
        "reason",
        reason,
        code -> step.reasons().contains(code) ? code : null,
        String.join(", ", step.reasons()));
  }
}
