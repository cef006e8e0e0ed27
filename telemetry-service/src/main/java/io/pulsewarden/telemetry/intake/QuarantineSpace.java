package io.pulsewarden.telemetry.intake;

import java.util.Set;
import java.util.UUID;

/** Whether more may stand in quarantine than stands there now. Thread-safe, from memory alone. */
public interface QuarantineSpace {

  /** Room for everything. */
  QuarantineSpace UNLIMITED = (_, _) -> true;

  /**
   * Whether there is room.
   *
   * @param devices whose it would be; none where many can't be told apart
   */
  boolean hasRoom(UUID organisation, Set<UUID> devices);
}
