package io.pulsewarden.registry.device;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A device as listed. */
@Schema(name = "Device")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeviceView(
    UUID id,
    UUID organisationId,
    String serialNumber,
    String model,
    String manufacturer,
    @Nullable String udi,
    String kind,
    boolean clockless,
    String state,
    long version,
    Instant registeredAt,
    Instant changedAt) {

  public static DeviceView of(DeviceEntity device) {
    DeviceDescription description = device.description();
    return new DeviceView(
        device.id(),
        device.organisationId(),
        description.serialNumber(),
        description.model(),
        description.manufacturer(),
        description.udi(),
        description.kind().wire(),
        description.clockless(),
        device.lifecycle().wire(),
        device.version(),
        device.registeredAt(),
        device.changedAt());
  }
}
