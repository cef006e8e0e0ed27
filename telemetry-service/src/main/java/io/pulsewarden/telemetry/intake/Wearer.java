package io.pulsewarden.telemetry.intake;

import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.vitals.Worn;
import java.util.Optional;
import java.util.UUID;

/** Whose a reading is. */
sealed interface Wearer {

  /** A patient, by an assignment. */
  record Patient(UUID patient, UUID assignment, int assignmentVersion) implements Wearer {}

  /** Nobody that we know of: it is held under the device's own key. */
  record Nobody() implements Wearer {}

  /** By which assignment; empty for nobody. */
  default Optional<Worn> worn() {
    return switch (this) {
      case Patient(UUID _, UUID assignment, int version) ->
          Optional.of(new Worn(assignment, version));
      case Nobody() -> Optional.empty();
    };
  }

  /** Who wore the device then. */
  static Wearer of(Device device, long timeMillis) {
    return device.wornAt(timeMillis).<Wearer>map(Wearer::patient).orElseGet(Nobody::new);
  }

  private static Wearer patient(Assignment assignment) {
    return new Patient(assignment.patient(), assignment.id(), assignment.version());
  }
}
