package io.pulsewarden.registry.inventory;

import io.pulsewarden.registry.device.DeviceDescription;
import io.pulsewarden.registry.device.DeviceKind;
import io.pulsewarden.registry.problem.Fields;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A device to register, as sent. */
@Schema(
    name = "DeviceRegistration",
    requiredProperties = {"serialNumber", "model", "manufacturer"})
record RegistrationBody(
    @Nullable String serialNumber,
    @Nullable String model,
    @Nullable String manufacturer,
    @Nullable String udi,
    @Nullable String kind,
    @Nullable Boolean clockless) {

  private static final int MAX_LABEL = 100;
  private static final int MAX_UDI = 250;

  DeviceDescription description() {
    return new DeviceDescription(
        Fields.text("serialNumber", serialNumber, MAX_LABEL),
        Fields.text("model", model, MAX_LABEL),
        Fields.text("manufacturer", manufacturer, MAX_LABEL),
        udi == null ? null : Fields.text("udi", udi, MAX_UDI),
        kind == null
            ? DeviceKind.SENSOR
            : Fields.oneOf("kind", kind, DeviceKind::ofWire, "sensor, gateway, phone"),
        Boolean.TRUE.equals(clockless));
  }
}
