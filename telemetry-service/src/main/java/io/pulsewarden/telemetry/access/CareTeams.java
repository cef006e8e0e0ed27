package io.pulsewarden.telemetry.access;

import io.smallrye.mutiny.Uni;
import java.util.UUID;

/** Who cares for whom. */
public interface CareTeams {

  /** Whether the user is in a care team of this organisation that cares for the patient. */
  Uni<Boolean> caresFor(UUID organisation, String userId, UUID patient);
}
