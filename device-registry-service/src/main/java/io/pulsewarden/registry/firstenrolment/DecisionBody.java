package io.pulsewarden.registry.firstenrolment;

import io.pulsewarden.registry.problem.Fields;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A decision, as sent. */
@Schema(name = "EnrolmentDecision")
record DecisionBody(
    @Schema(description = "approve or reject", examples = "approve") @Nullable String decision) {

  EnrolmentRequestEntity.State parsed() {
    return Fields.oneOf("decision", decision, DecisionBody::state, "approve, reject");
  }

  private static EnrolmentRequestEntity.@Nullable State state(String name) {
    return switch (name) {
      case "approve" -> EnrolmentRequestEntity.State.APPROVED;
      case "reject" -> EnrolmentRequestEntity.State.REJECTED;
      default -> null;
    };
  }
}
