package io.pulsewarden.registry.device;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code assignment}: who wears the device in [from, until). */
@Entity
@Table(name = "assignment")
public class AssignmentEntity {

  @Id private UUID id;

  @Column(name = "device_id", updatable = false)
  private UUID deviceId;

  @Column(name = "patient_id", updatable = false)
  private UUID patientId;

  private int version;

  @Column(name = "from_at", updatable = false)
  private Instant fromAt;

  @Column(name = "until_at")
  private @Nullable Instant untilAt;

  @Column(name = "cancelled_at")
  private @Nullable Instant cancelledAt;

  @SuppressWarnings("NullAway.Init") // Hibernate fills the fields of what it loads.
  protected AssignmentEntity() {}

  public AssignmentEntity(
      UUID id, UUID deviceId, UUID patientId, Instant from, @Nullable Instant until) {
    this.id = id;
    this.deviceId = deviceId;
    this.patientId = patientId;
    this.version = 1;
    this.fromAt = from;
    this.untilAt = until;
  }

  /** Ends it, or ends it earlier than was said before. */
  public void end(Instant at) {
    untilAt = at;
    version++;
  }

  /** It was to begin later, and never will. */
  public void cancel(Instant at) {
    cancelledAt = at;
    version++;
  }

  public @Nullable Instant cancelledAt() {
    return cancelledAt;
  }

  public UUID id() {
    return id;
  }

  public UUID deviceId() {
    return deviceId;
  }

  public UUID patientId() {
    return patientId;
  }

  public int version() {
    return version;
  }

  public Instant from() {
    return fromAt;
  }

  public @Nullable Instant until() {
    return untilAt;
  }
}
