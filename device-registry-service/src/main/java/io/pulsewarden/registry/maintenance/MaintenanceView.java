package io.pulsewarden.registry.maintenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What was done to a device. */
@Schema(name = "MaintenanceRecord")
@JsonInclude(JsonInclude.Include.NON_NULL)
record MaintenanceView(
    UUID id,
    UUID deviceId,
    String kind,
    String outcome,
    Instant performedAt,
    @Nullable Instant nextDueAt,
    @Nullable String reference,
    String recordedBy,
    Instant recordedAt) {

  /** The newest of a device, at most 200. */
  @Schema(name = "MaintenanceRecords")
  record Newest(List<MaintenanceView> items) {

    Newest {
      items = List.copyOf(items);
    }
  }

  static MaintenanceView of(MaintenanceEntity entity) {
    return new MaintenanceView(
        entity.id,
        entity.deviceId,
        entity.kind,
        entity.outcome,
        entity.performedAt,
        entity.nextDueAt,
        entity.reference,
        entity.recordedBy,
        entity.recordedAt);
  }
}
