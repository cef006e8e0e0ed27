package io.pulsewarden.registry.device;

import org.jspecify.annotations.Nullable;

/**
 * What a device is, as its maker labels it.
 *
 * @param serialNumber unique for a manufacturer within an organisation
 * @param udi unique device identifier, in the carrier's text form
 * @param clockless takes relative times with a sequence number
 */
public record DeviceDescription(
    String serialNumber,
    String model,
    String manufacturer,
    @Nullable String udi,
    DeviceKind kind,
    boolean clockless) {}
