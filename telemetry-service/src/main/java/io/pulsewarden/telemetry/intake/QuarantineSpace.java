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

  /**
   * So much of theirs goes there now. Who counts what stands there may hear of it much later.
   *
   * @param devices as was asked
   * @param bytes before they are sealed
   */
  default void came(UUID organisation, Set<UUID> devices, int inputs, long bytes) {}
}
