package io.pulsewarden.telemetry.erasure;

import io.pulsewarden.telemetry.devicefeed.Assignment;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Who wore what. Thread-safe. */
interface Wearings {

  /** A time for which a device was a patient's. */
  record Worn(UUID organisation, UUID device, Assignment assignment) {}

  /** Whether that is known now. */
  boolean known();

  /** All that these patients wore, as far as the registry still tells. */
  List<Worn> by(Set<UUID> patients);
}
