package io.pulsewarden.telemetry.devicefeed;

import java.util.OptionalInt;

/**
 * What the registry wants a device to be set to. What is absent is left to the device.
 *
 * @param version grows with each change
 */
public record DeviceSettings(
    long version,
    OptionalInt samplingIntervalSeconds,
    OptionalInt reportingIntervalSeconds,
    OptionalInt batteryThresholdPercent) {}
