package io.pulsewarden.registry.configuration;

import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.device.DeviceSettings;
import io.pulsewarden.registry.device.IfMatch;
import io.pulsewarden.registry.problem.Fields;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** What one device is set to. */
@Path("/v1/devices/{id}/configuration")
@RolesAllowed("device-admin")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Configuration")
class ConfigurationResource {

  private final ConfigurationStore configurations;
  private final Instance<Caller> caller;

  ConfigurationResource(ConfigurationStore configurations, Instance<Caller> caller) {
    this.configurations = configurations;
    this.caller = caller;
  }

  @GET
  @Operation(
      operationId = "readConfiguration",
      summary = "What a device is told, and what it acknowledged")
  @APIResponse(responseCode = "200", description = "Its configuration; ETag is the device's")
  @APIResponse(responseCode = "404", description = "not-found")
  public Uni<RestResponse<ConfigurationView>> read(@PathParam("id") UUID device) {
    return configurations.read(caller.get(), device).map(ConfigurationResource::answer);
  }

  @PUT
  @Operation(
      operationId = "configureDevice",
      summary = "Replace what is set for this device; what is absent is its model's")
  @APIResponse(responseCode = "200", description = "On its way to the device")
  @APIResponse(responseCode = "400", description = "invalid-body, invalid-field, invalid-header")
  @APIResponse(responseCode = "404", description = "not-found")
  @APIResponse(responseCode = "409", description = "device-state-forbids")
  @APIResponse(responseCode = "412", description = "precondition-failed")
  @APIResponse(responseCode = "428", description = "precondition-required")
  public Uni<RestResponse<ConfigurationView>> replace(
      @PathParam("id") UUID device,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @Nullable SettingsBody body) {
    DeviceSettings settings = Fields.body(body).parsed();
    return configurations
        .replace(caller.get(), device, IfMatch.required(ifMatch), settings)
        .map(ConfigurationResource::answer);
  }

  private static RestResponse<ConfigurationView> answer(ConfigurationView.Tagged tagged) {
    return RestResponse.ResponseBuilder.ok(tagged.view())
        .header(HttpHeaders.ETAG, IfMatch.tag(tagged.deviceVersion()))
        .build();
  }
}
