package io.pulsewarden.registry.configuration;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pulsewarden.registry.device.DeviceSettings;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A device's configuration.
 *
 * @param version what the device acknowledges; 0 if nothing was ever configured
 * @param own set for this device
 * @param effective what the device is told: its own, and its model's where it has none
 * @param acknowledgedVersion 0 if it acknowledged none
 */
@Schema(name = "DeviceConfiguration")
@JsonInclude(JsonInclude.Include.NON_NULL)
record ConfigurationView(
    UUID deviceId,
    long version,
    DeviceSettings own,
    DeviceSettings effective,
    long acknowledgedVersion,
    @Nullable Instant acknowledgedAt) {

  /** With the version of the device, which If-Match compares. */
  record Tagged(ConfigurationView view, long deviceVersion) {}
}
