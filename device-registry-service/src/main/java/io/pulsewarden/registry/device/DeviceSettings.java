package io.pulsewarden.registry.device;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a device is set to; null: its own default.
 *
 * @param samplingIntervalS seconds between two measurements, 1 to 86,400
 * @param reportingIntervalS seconds between two messages, 1 to 86,400
 * @param batteryThresholdPercent charge below which the device reports its battery, 1 to 100
 */
@Schema(name = "Settings")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeviceSettings(
    @Schema(examples = "60") @Nullable Integer samplingIntervalS,
    @Schema(examples = "900") @Nullable Integer reportingIntervalS,
    @Schema(examples = "15") @Nullable Integer batteryThresholdPercent) {

  public static final DeviceSettings NONE = new DeviceSettings(null, null, null);

  /** Each of these that is set, and otherwise the other's. */
  public DeviceSettings orElse(DeviceSettings other) {
    return new DeviceSettings(
        samplingIntervalS == null ? other.samplingIntervalS : samplingIntervalS,
        reportingIntervalS == null ? other.reportingIntervalS : reportingIntervalS,
        batteryThresholdPercent == null ? other.batteryThresholdPercent : batteryThresholdPercent);
  }
}
