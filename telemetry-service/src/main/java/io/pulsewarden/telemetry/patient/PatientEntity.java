package io.pulsewarden.telemetry.patient;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A row of patient. Demographics are sealed before they come here. */
@Entity
@Table(name = "patient")
class PatientEntity {

  static final int SCHEMA_VERSION = 1;

  @Id UUID id;

  @Column(name = "organisation_id", nullable = false, updatable = false)
  UUID organisation;

  int version;

  @Column(name = "schema_version")
  int schemaVersion;

  byte[] demographics;

  @Column(name = "updated_at")
  Instant updatedAt;

  /** For Hibernate alone, which sets every field afterwards. */
  @SuppressWarnings("NullAway.Init")
  PatientEntity() {}

  PatientEntity(UUID id, UUID organisation, byte[] demographics, Instant now) {
    this.id = id;
    this.organisation = organisation;
    this.version = 1;
    this.schemaVersion = SCHEMA_VERSION;
    this.demographics = demographics;
    this.updatedAt = now;
  }
}
