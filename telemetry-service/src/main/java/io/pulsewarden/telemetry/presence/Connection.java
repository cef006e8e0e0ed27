package io.pulsewarden.telemetry.presence;

import java.util.UUID;

/**
 * One connection of a device.
 *
 * @param id random; tells it from the device's other connections, here and elsewhere
 * @param resume whether the device wants the session that it had (MQTT: clean start 0)
 * @param expirySeconds how long the session is to outlive the connection
 */
public record Connection(
    UUID device, UUID organisation, UUID id, boolean resume, long expirySeconds) {

  public Connection {
    if (expirySeconds < 0) {
      throw new IllegalArgumentException("a session can't expire before it began");
    }
  }
}
