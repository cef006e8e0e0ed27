package io.pulsewarden.registry.configuration;

import io.pulsewarden.registry.device.DeviceSettings;
import io.pulsewarden.registry.problem.Fields;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Settings, as sent. What is absent is not set. */
@Schema(name = "SettingsRequest")
record SettingsBody(
    @Schema(description = "1 to 86400", examples = "60") @Nullable Integer samplingIntervalS,
    @Schema(description = "1 to 86400", examples = "900") @Nullable Integer reportingIntervalS,
    @Schema(description = "1 to 100", examples = "15") @Nullable Integer batteryThresholdPercent) {

  private static final int MAX_SECONDS = 86_400;
  private static final int MAX_PERCENT = 100;

  DeviceSettings parsed() {
    within("samplingIntervalS", samplingIntervalS, MAX_SECONDS);
    within("reportingIntervalS", reportingIntervalS, MAX_SECONDS);
    within("batteryThresholdPercent", batteryThresholdPercent, MAX_PERCENT);
    if (samplingIntervalS != null
        && reportingIntervalS != null
        && reportingIntervalS < samplingIntervalS) {
      throw Fields.invalid("reportingIntervalS", "Has to be at least 'samplingIntervalS'.");
    }
    return new DeviceSettings(samplingIntervalS, reportingIntervalS, batteryThresholdPercent);
  }

  private static void within(String field, @Nullable Integer value, int max) {
    if (value != null) {
      Fields.number(field, value, 1, max);
    }
  }
}
