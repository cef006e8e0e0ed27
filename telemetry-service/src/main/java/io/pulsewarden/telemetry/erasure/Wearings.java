package io.pulsewarden.telemetry.erasure;

import io.pulsewarden.telemetry.devicefeed.Assignment;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Who wore what. Thread-safe. */
interface Wearings {

  /**
   * A time for which a device was a patient's.
   *
   * @param gateways who may speak for the device: what they sent and could not be read may be of it
   */
  record Worn(UUID organisation, UUID device, Assignment assignment, Set<UUID> gateways) {
    public Worn {
      gateways = Set.copyOf(gateways);
    }

    /** Of a device that speaks for itself alone. */
    Worn(UUID organisation, UUID device, Assignment assignment) {
      this(organisation, device, assignment, Set.of());
    }
  }

  /** Whether that is known now. */
  boolean known();

  /** All that these patients wore, as far as the registry still tells. */
  List<Worn> by(Set<UUID> patients);
}
