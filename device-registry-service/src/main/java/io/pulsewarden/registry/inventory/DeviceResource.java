package io.pulsewarden.registry.inventory;

import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.device.DeviceDescription;
import io.pulsewarden.registry.device.DeviceView;
import io.pulsewarden.registry.device.IfMatch;
import io.pulsewarden.registry.idempotency.IdempotencyKey;
import io.pulsewarden.registry.problem.Fields;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Devices of the caller's organisation. */
@Path("/v1/devices")
@RolesAllowed("device-admin")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Devices")
class DeviceResource {

  private final InventoryStore inventory;
  private final Instance<Caller> caller;

  DeviceResource(InventoryStore inventory, Instance<Caller> caller) {
    this.inventory = inventory;
    this.caller = caller;
  }

  @POST
  @Operation(operationId = "registerDevice", summary = "Register a device")
  @APIResponse(responseCode = "201", description = "Registered; Location names it")
  @APIResponse(responseCode = "400", description = "invalid-body, invalid-field")
  @APIResponse(responseCode = "409", description = "device-already-registered")
  @APIResponse(responseCode = "422", description = "idempotency-key-reused")
  public Uni<RestResponse<DeviceView>> register(
      @HeaderParam(IdempotencyKey.HEADER) @Nullable String key, @Nullable RegistrationBody body) {
    DeviceDescription description = Fields.body(body).description();
    return inventory
        .register(caller.get(), description, IdempotencyKey.parse(key, "register " + description))
        .map(
            device ->
                RestResponse.ResponseBuilder.<DeviceView>created(
                        URI.create("/v1/devices/" + device.id()))
                    .entity(device)
                    .header(HttpHeaders.ETAG, IfMatch.tag(device.version()))
                    .build());
  }

  @GET
  @Operation(operationId = "listDevices", summary = "List devices, oldest first, by pages")
  @APIResponse(responseCode = "200", description = "A page; pass its 'next' as cursor")
  @APIResponse(responseCode = "400", description = "invalid-parameter")
  public Uni<DevicePage> list(
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("cursor") @Nullable String cursor,
      @Parameter(description = "A state of a device's life", example = "active")
          @QueryParam("state")
          @Nullable String state,
      @Parameter(description = "Exactly this model", example = "PX-1") @QueryParam("model")
          @Nullable String model,
      @Parameter(description = "The caller's own; another's finds nothing")
          @QueryParam("organisation")
          @Nullable String organisation,
      @Parameter(
              description = "Has a certificate, and none that is good at this moment or later",
              example = "2026-12-31T00:00:00Z")
          @QueryParam("certificateExpiringBefore")
          @Nullable String certificateExpiringBefore,
      @Parameter(
              description = "Held no session since; never seen counts",
              example = "2026-06-01T00:00:00Z")
          @QueryParam("lastSeenBefore")
          @Nullable String lastSeenBefore) {
    DeviceFilter filter =
        DeviceFilter.parse(state, model, organisation, certificateExpiringBefore, lastSeenBefore);
    return inventory.page(caller.get(), filter, PageSize.parse(limit), PageCursor.parse(cursor));
  }

  @GET
  @Path("{id}")
  @Operation(operationId = "readDevice", summary = "Read a device, its certificates, its wearers")
  @APIResponse(responseCode = "200", description = "The device")
  @APIResponse(responseCode = "404", description = "not-found")
  public Uni<RestResponse<DeviceDetails>> read(@PathParam("id") UUID id) {
    return inventory
        .details(caller.get(), id)
        .map(
            details ->
                RestResponse.ResponseBuilder.ok(details)
                    .header(HttpHeaders.ETAG, IfMatch.tag(details.device().version()))
                    .build());
  }
}
