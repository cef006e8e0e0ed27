package io.pulsewarden.telemetry.wearing;

import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.vitals.Worn;
import java.util.UUID;

/** Whose a reading is, by what the registry says now. */
sealed interface Owner {

  /** A patient's, by an assignment. */
  record Patient(UUID id, Worn worn) implements Owner {
    static Patient by(Assignment assignment) {
      return new Patient(assignment.patient(), new Worn(assignment.id(), assignment.version()));
    }
  }

  /** Nobody wore the device: it is the device's to hold. */
  record Nobody() implements Owner {}
}
