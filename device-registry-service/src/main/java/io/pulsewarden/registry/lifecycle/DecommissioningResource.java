package io.pulsewarden.registry.lifecycle;

import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.device.IfMatch;
import io.pulsewarden.registry.problem.Fields;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
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

/** The end of a device: one person asks, another confirms, either may call it off before. */
@Path("/v1/devices/{id}/decommissioning")
@RolesAllowed({"device-admin", "privacy-officer"})
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Lifecycle")
class DecommissioningResource {

  private final DecommissioningStore endings;
  private final Instance<Caller> caller;

  DecommissioningResource(DecommissioningStore endings, Instance<Caller> caller) {
    this.endings = endings;
    this.caller = caller;
  }

  @GET
  @Operation(operationId = "readDecommissioning", summary = "Who asked, who confirmed, and what")
  @APIResponse(responseCode = "200", description = "Asked for, or done")
  @APIResponse(responseCode = "404", description = "not-found")
  public Uni<RestResponse<DecommissioningView>> read(@PathParam("id") UUID device) {
    return endings.read(caller.get(), device).map(DecommissioningResource::answer);
  }

  @POST
  @Operation(
      operationId = "requestDecommissioning",
      summary = "Ask to decommission a device, saying what became of the data on it")
  @APIResponse(responseCode = "200", description = "Asked for; the device goes on until confirmed")
  @APIResponse(responseCode = "400", description = "invalid-body, invalid-field, invalid-header")
  @APIResponse(responseCode = "404", description = "not-found")
  @APIResponse(
      responseCode = "409",
      description = "device-state-forbids, decommissioning-already-requested")
  @APIResponse(responseCode = "412", description = "precondition-failed")
  @APIResponse(responseCode = "428", description = "precondition-required")
  public Uni<RestResponse<DecommissioningView>> request(
      @PathParam("id") UUID device,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @Nullable DecommissioningBody body) {
    Decommissioning wanted = Fields.body(body).parsed();
    return endings
        .request(caller.get(), device, IfMatch.required(ifMatch), wanted)
        .map(DecommissioningResource::answer);
  }

  @POST
  @Path("confirmation")
  @Operation(
      operationId = "confirmDecommissioning",
      summary = "Decommission a device: revoke, unassign, end for good",
      description = "By another person than the one who asked.")
  @APIResponse(responseCode = "200", description = "Decommissioned")
  @APIResponse(responseCode = "400", description = "invalid-header")
  @APIResponse(responseCode = "403", description = "second-person-needed")
  @APIResponse(responseCode = "404", description = "not-found")
  @APIResponse(
      responseCode = "409",
      description = "decommissioning-not-requested, device-state-forbids")
  @APIResponse(responseCode = "412", description = "precondition-failed")
  @APIResponse(responseCode = "428", description = "precondition-required")
  public Uni<RestResponse<DecommissioningView>> confirm(
      @PathParam("id") UUID device, @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
    return endings
        .confirm(caller.get(), device, IfMatch.required(ifMatch))
        .map(DecommissioningResource::answer);
  }

  @DELETE
  @Operation(operationId = "callOffDecommissioning", summary = "Call off what was asked for")
  @APIResponse(responseCode = "204", description = "Called off")
  @APIResponse(responseCode = "404", description = "not-found")
  @APIResponse(
      responseCode = "409",
      description = "decommissioning-not-requested, device-state-forbids")
  @APIResponse(responseCode = "412", description = "precondition-failed")
  @APIResponse(responseCode = "428", description = "precondition-required")
  public Uni<RestResponse<Void>> callOff(
      @PathParam("id") UUID device, @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
    return endings
        .callOff(caller.get(), device, IfMatch.required(ifMatch))
        .replaceWith(RestResponse.noContent());
  }

  private static RestResponse<DecommissioningView> answer(DecommissioningView ending) {
    return RestResponse.ResponseBuilder.ok(ending)
        .header(HttpHeaders.ETAG, IfMatch.tag(ending.version()))
        .build();
  }
}
