package io.pulsewarden.simulator.mqtt;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.simulator.endpoints.JsonHttp;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * What the registry wants the device to be set to, as it comes on {@code devices/<id>/config}; only
 * what a simulated device can be set to.
 *
 * @param version grows with each change
 * @param samplingInterval empty: the device's own
 */
record DeviceConfiguration(long version, Optional<Duration> samplingInterval) {

  private static final String SAMPLING = "samplingIntervalSeconds";

  /** Empty if it can't be read; fields that this device does not know are passed over. */
  static Optional<DeviceConfiguration> parse(byte[] json) {
    try {
      JsonNode read = JsonHttp.mapper().readTree(json);
      JsonNode seconds = read.path(SAMPLING);
      boolean understood =
          read.path("version").isIntegralNumber()
              && (seconds.isMissingNode() || (seconds.isInt() && seconds.asInt() > 0));
      return understood
          ? Optional.of(
              new DeviceConfiguration(
                  read.path("version").asLong(),
                  seconds.isMissingNode()
                      ? Optional.empty()
                      : Optional.of(Duration.ofSeconds(seconds.asInt()))))
          : Optional.empty();
    } catch (IOException notJson) {
      return Optional.empty();
    }
  }
}
