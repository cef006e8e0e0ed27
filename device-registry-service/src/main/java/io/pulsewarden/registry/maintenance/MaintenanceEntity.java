package io.pulsewarden.registry.maintenance;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code maintenance_record}. Written once. */
@Entity
@Table(name = "maintenance_record")
class MaintenanceEntity {

  @Id UUID id;

  @Column(name = "device_id", updatable = false)
  UUID deviceId;

  @Column(updatable = false)
  String kind;

  @Column(updatable = false)
  String outcome;

  @Column(name = "performed_at", updatable = false)
  Instant performedAt;

  @Column(name = "next_due_at", updatable = false)
  @Nullable Instant nextDueAt;

  @Column(updatable = false)
  @Nullable String reference;

  @Column(name = "recorded_by", updatable = false)
  String recordedBy;

  @Column(name = "recorded_at", updatable = false)
  Instant recordedAt;

  /** What was done. */
  record Work(
      String kind,
      String outcome,
      Instant performedAt,
      @Nullable Instant nextDueAt,
      @Nullable String reference) {}

  @SuppressWarnings("NullAway.Init") // Hibernate fills the fields of what it loads.
  protected MaintenanceEntity() {}

  MaintenanceEntity(UUID id, UUID deviceId, Work work, String user, Instant now) {
    this.id = id;
    this.deviceId = deviceId;
    this.kind = work.kind();
    this.outcome = work.outcome();
    this.performedAt = work.performedAt();
    this.nextDueAt = work.nextDueAt();
    this.reference = work.reference();
    this.recordedBy = user;
    this.recordedAt = now;
  }
}
