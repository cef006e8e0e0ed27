package io.pulsewarden.audit.fhir;

import java.util.UUID;

/** Who looks, and so what may be shown. */
sealed interface Viewer {

  /** The only one whose entries may be seen. */
  UUID organisation();

  /** All of the organisation. */
  record Auditor(UUID organisation) implements Viewer {}

  /** What was done with this patient's data, and nothing of any other patient. */
  record OwnPatient(UUID organisation, UUID patient) implements Viewer {}

  /** Whether an event about these patients may be shown with all that it says. */
  default boolean maySeePatient(String id) {
    return switch (this) {
      case Auditor all -> true;
      case OwnPatient own -> own.patient().toString().equals(id);
    };
  }
}
