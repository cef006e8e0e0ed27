package io.pulsewarden.registry.maintenance;

import io.pulsewarden.registry.device.Transition;
import io.pulsewarden.registry.problem.Fields;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What was done to a device, as sent. */
@Schema(
    name = "MaintenanceRequest",
    requiredProperties = {"kind", "outcome", "performedAt"})
record MaintenanceBody(
    @Schema(
            description = "calibration, repair, update, inspection, cleaning",
            examples = "calibration")
        @Nullable String kind,
    @Schema(description = "passed, failed", examples = "passed") @Nullable String outcome,
    @Schema(examples = "2026-01-31T08:00:00Z") @Nullable String performedAt,
    @Schema(description = "When it is due again", examples = "2027-01-31T00:00:00Z")
        @Nullable String nextDueAt,
    @Schema(description = "Number of the work order or report", examples = "WO-4711")
        @Nullable String reference) {

  private static final List<String> KINDS = Transition.START_MAINTENANCE.reasons();
  private static final List<String> OUTCOMES = List.of("passed", "failed");

  MaintenanceEntity record(UUID device, String user, Instant now) {
    String code = oneOf("kind", kind, KINDS);
    String result = oneOf("outcome", outcome, OUTCOMES);
    Instant performed = Fields.instant("performedAt", performedAt);
    if (performed.isAfter(now)) {
      throw Fields.invalid("performedAt", "Has to be in the past.");
    }
    Instant due = nextDueAt == null ? null : Fields.instant("nextDueAt", nextDueAt);
    if (due != null && !due.isAfter(performed)) {
      throw Fields.invalid("nextDueAt", "Has to be later than 'performedAt'.");
    }
    return new MaintenanceEntity(
        UUID.randomUUID(),
        device,
        new MaintenanceEntity.Work(
            code,
            result,
            performed,
            due,
            reference == null ? null : Fields.reference("reference", reference)),
        user,
        now);
  }

  private static String oneOf(String field, @Nullable String value, List<String> codes) {
    return Fields.oneOf(
        field, value, code -> codes.contains(code) ? code : null, String.join(", ", codes));
  }
}
