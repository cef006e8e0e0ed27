package io.pulsewarden.telemetry.presence;

import java.util.Map;
import java.util.UUID;

/**
 * Devices that connected to other instances.
 *
 * @param newest the id of each device's newest connection
 * @param complete whether that is all; else what is missing has to be looked for again
 */
public record Elsewhere(Map<UUID, UUID> newest, boolean complete) {
  public Elsewhere {
    newest = Map.copyOf(newest);
  }
}
