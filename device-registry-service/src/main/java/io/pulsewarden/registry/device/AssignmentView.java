package io.pulsewarden.registry.device;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Who wears a device in [from, until). */
@Schema(name = "Assignment")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AssignmentView(
    UUID id,
    UUID deviceId,
    UUID patientId,
    int version,
    Instant from,
    @Nullable Instant until,
    @Nullable Instant cancelledAt) {

  public static AssignmentView of(AssignmentEntity assignment) {
    return new AssignmentView(
        assignment.id(),
        assignment.deviceId(),
        assignment.patientId(),
        assignment.version(),
        assignment.from(),
        assignment.until(),
        assignment.cancelledAt());
  }
}
