package io.pulsewarden.telemetry.patient;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of patient_identifier: which patient a blind index leads to. */
@Entity
@Table(name = "patient_identifier")
@IdClass(PatientIdentifierEntity.Key.class)
class PatientIdentifierEntity {

  @Id
  @Column(name = "organisation_id")
  UUID organisation;

  @Id
  @Column(name = "blind_index")
  byte[] blindIndex;

  @Column(name = "patient_id", nullable = false, updatable = false)
  UUID patient;

  /** For Hibernate alone, which sets every field afterwards. */
  @SuppressWarnings("NullAway.Init")
  PatientIdentifierEntity() {}

  PatientIdentifierEntity(UUID organisation, byte[] blindIndex, UUID patient) {
    this.organisation = organisation;
    this.blindIndex = blindIndex;
    this.patient = patient;
  }

  /** The primary key. */
  static class Key implements Serializable {

    private static final long serialVersionUID = 1L;

    @Nullable UUID organisation;
    byte @Nullable [] blindIndex;

    Key() {}

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key
          && Objects.equals(organisation, key.organisation)
          && Arrays.equals(blindIndex, key.blindIndex);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(blindIndex);
    }
  }
}
