package io.pulsewarden.telemetry.devicefeed;

import java.util.UUID;

/**
 * Who wears a device in [from, until), Unix milliseconds.
 *
 * @param version grows when the assignment is corrected
 * @param untilMillis {@link Long#MAX_VALUE} while it is still worn
 */
public record Assignment(UUID id, int version, UUID patient, long fromMillis, long untilMillis) {

  /** Whether the patient wore the device then. */
  public boolean covers(long timeMillis) {
    return fromMillis <= timeMillis && timeMillis < untilMillis;
  }
}
