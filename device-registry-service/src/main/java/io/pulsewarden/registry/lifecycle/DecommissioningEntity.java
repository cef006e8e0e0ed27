package io.pulsewarden.registry.lifecycle;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code decommissioning}: asked for by one person, confirmed by another. */
@Entity
@Table(name = "decommissioning")
class DecommissioningEntity {

  @Id
  @Column(name = "device_id")
  UUID deviceId;

  @Column(updatable = false)
  String reason;

  @Column(name = "sanitisation_method", updatable = false)
  String sanitisationMethod;

  @Column(name = "sanitised_at", updatable = false)
  @Nullable Instant sanitisedAt;

  @Column(name = "sanitisation_reference", updatable = false)
  @Nullable String sanitisationReference;

  @Column(name = "requested_by", updatable = false)
  String requestedBy;

  @Column(name = "requested_at", updatable = false)
  Instant requestedAt;

  @Column(name = "confirmed_by")
  @Nullable String confirmedBy;

  @Column(name = "confirmed_at")
  @Nullable Instant confirmedAt;

  @SuppressWarnings("NullAway.Init") // Hibernate fills the fields of what it loads.
  protected DecommissioningEntity() {}

  DecommissioningEntity(UUID device, Decommissioning wanted, String user, Instant now) {
    this.deviceId = device;
    this.reason = wanted.reason();
    this.sanitisationMethod = wanted.method().wire();
    this.sanitisedAt = wanted.sanitisedAt();
    this.sanitisationReference = wanted.reference();
    this.requestedBy = user;
    this.requestedAt = now;
  }

  void confirm(String user, Instant now) {
    confirmedBy = user;
    confirmedAt = now;
  }
}
