package io.pulsewarden.telemetry.careteam;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of care_team. The name is free text, and sealed. */
@Entity
@Table(name = "care_team")
class CareTeamEntity {

  @Id UUID id;

  @Column(name = "organisation_id", nullable = false, updatable = false)
  UUID organisation;

  @Column(name = "name_envelope")
  byte @Nullable [] name;

  @Column(name = "created_at")
  Instant createdAt;

  /** For Hibernate alone, which sets every field afterwards. */
  @SuppressWarnings("NullAway.Init")
  CareTeamEntity() {}

  CareTeamEntity(UUID id, UUID organisation, byte @Nullable [] name, Instant now) {
    this.id = id;
    this.organisation = organisation;
    this.name = name;
    this.createdAt = now;
  }
}
