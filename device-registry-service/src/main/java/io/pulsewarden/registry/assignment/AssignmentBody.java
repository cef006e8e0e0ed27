package io.pulsewarden.registry.assignment;

import io.pulsewarden.registry.problem.Fields;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An assignment to make, as sent. */
@Schema(
    name = "AssignmentRequest",
    requiredProperties = {"patientId", "from"})
record AssignmentBody(@Nullable String patientId, @Nullable String from, @Nullable String until) {

  NewAssignment toAssignment() {
    UUID patient = Fields.uuid("patientId", patientId);
    Instant start = Fields.instant("from", from);
    Instant end = until == null ? null : Fields.instant("until", until);
    if (end != null && !end.isAfter(start)) {
      throw Fields.invalid("until", "Has to be later than 'from'.");
    }
    return new NewAssignment(patient, start, end);
  }
}
