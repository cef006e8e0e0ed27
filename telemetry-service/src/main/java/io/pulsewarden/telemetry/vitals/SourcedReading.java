package io.pulsewarden.telemetry.vitals;

import java.util.UUID;

/**
 * A reading, and whose it is.
 *
 * @param patient whom it is about
 * @param source who authenticated: an app's word about a device is not the device's own
 * @param device who measured
 */
public record SourcedReading(UUID patient, UUID source, UUID device, Reading reading) {

  @Override
  public String toString() {
    return "SourcedReading[redacted]";
  }
}
