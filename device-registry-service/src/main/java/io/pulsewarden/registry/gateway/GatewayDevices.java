package io.pulsewarden.registry.gateway;

import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Whom a gateway may speak for, in the order of their ids; {@code version} is the gateway's. */
@Schema(name = "GatewayDevices")
record GatewayDevices(UUID gatewayId, long version, List<UUID> devices) {

  GatewayDevices {
    devices = List.copyOf(devices);
  }
}
