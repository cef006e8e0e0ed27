package io.pulsewarden.registry.gateway;

import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.device.IfMatch;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.DELETE;
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

/** Devices that a gateway may speak for. Withdrawing honours If-Match and works without it. */
@Path("/v1/devices/{id}/gateway-devices")
@RolesAllowed({"device-admin", "privacy-officer"})
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Gateways")
class GatewayResource {

  private final GatewayStore gateways;
  private final Instance<Caller> caller;

  GatewayResource(GatewayStore gateways, Instance<Caller> caller) {
    this.gateways = gateways;
    this.caller = caller;
  }

  @GET
  @Operation(operationId = "readGatewayDevices", summary = "Whom a gateway may speak for")
  @APIResponse(responseCode = "200", description = "All of them; ETag is the gateway's")
  @APIResponse(responseCode = "404", description = "not-found")
  public Uni<RestResponse<GatewayDevices>> read(@PathParam("id") UUID gateway) {
    return gateways.read(caller.get(), gateway).map(GatewayResource::answer);
  }

  @PUT
  @Path("{device}")
  @RolesAllowed("device-admin")
  @Operation(operationId = "authoriseGateway", summary = "Let a gateway speak for a device")
  @APIResponse(responseCode = "200", description = "It may; done again, it does the same")
  @APIResponse(responseCode = "400", description = "invalid-header")
  @APIResponse(responseCode = "404", description = "not-found: the gateway or the device")
  @APIResponse(
      responseCode = "409",
      description = "not-a-gateway, gateway-for-gateway, gateway-full, device-state-forbids")
  @APIResponse(responseCode = "412", description = "precondition-failed")
  @APIResponse(responseCode = "428", description = "precondition-required")
  public Uni<RestResponse<GatewayDevices>> authorise(
      @PathParam("id") UUID gateway,
      @PathParam("device") UUID device,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
    return gateways
        .authorise(caller.get(), gateway, device, IfMatch.required(ifMatch))
        .map(GatewayResource::answer);
  }

  @DELETE
  @Path("{device}")
  @Operation(
      operationId = "withdrawGateway",
      summary = "Let a gateway speak for a device no more, from within a second")
  @APIResponse(responseCode = "200", description = "It may no more")
  @APIResponse(responseCode = "400", description = "invalid-header")
  @APIResponse(responseCode = "404", description = "not-found: it was not authorised")
  @APIResponse(responseCode = "412", description = "precondition-failed")
  public Uni<RestResponse<GatewayDevices>> withdraw(
      @PathParam("id") UUID gateway,
      @PathParam("device") UUID device,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
    return gateways
        .withdraw(caller.get(), gateway, device, IfMatch.optional(ifMatch))
        .map(GatewayResource::answer);
  }

  private static RestResponse<GatewayDevices> answer(GatewayDevices devices) {
    return RestResponse.ResponseBuilder.ok(devices)
        .header(HttpHeaders.ETAG, IfMatch.tag(devices.version()))
        .build();
  }
}
