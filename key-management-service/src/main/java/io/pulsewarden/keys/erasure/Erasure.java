package io.pulsewarden.keys.erasure;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The erasure of one patient.
 *
 * @param dueAt when the keys go, unless it is called off before
 */
record Erasure(
    UUID id,
    Patient patient,
    ErasureState state,
    Code reason,
    Code legalBasis,
    Act requested,
    @Nullable Act confirmed,
    @Nullable Instant dueAt,
    @Nullable Act calledOff,
    @Nullable Instant destroyedAt,
    @Nullable Instant completedAt) {

  static Erasure requested(UUID id, Patient patient, Code reason, Code legalBasis, Act by) {
    return new Erasure(
        id, patient, ErasureState.REQUESTED, reason, legalBasis, by, null, null, null, null, null);
  }

  Erasure confirmed(Act by, Instant due) {
    return new Erasure(
        id,
        patient,
        ErasureState.CONFIRMED,
        reason,
        legalBasis,
        requested,
        by,
        due,
        null,
        null,
        null);
  }

  Erasure calledOff(Act by) {
    return new Erasure(
        id,
        patient,
        ErasureState.CALLED_OFF,
        reason,
        legalBasis,
        requested,
        confirmed,
        dueAt,
        by,
        null,
        null);
  }
}
