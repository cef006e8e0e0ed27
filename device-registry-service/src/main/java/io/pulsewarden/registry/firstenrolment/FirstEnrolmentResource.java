package io.pulsewarden.registry.firstenrolment;

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
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** How an organisation's devices enrol for the first time. */
@Path("/v1")
@RolesAllowed("device-admin")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "First enrolment")
class FirstEnrolmentResource {

  private final FirstEnrolmentStore store;
  private final Instance<Caller> caller;

  FirstEnrolmentResource(FirstEnrolmentStore store, Instance<Caller> caller) {
    this.store = store;
    this.caller = caller;
  }

  @GET
  @Path("enrolment-settings")
  @Operation(operationId = "enrolmentSettings", summary = "The organisation's label and approval")
  @APIResponse(responseCode = "200", description = "As they are; ETag is for a change")
  public Uni<RestResponse<SettingsView>> settings() {
    return store.settings(caller.get()).map(FirstEnrolmentResource::tagged);
  }

  @PUT
  @Path("enrolment-settings")
  @Operation(
      operationId = "changeEnrolmentSettings",
      summary = "Set the label in EST's paths, and whether people approve first enrolments")
  @APIResponse(responseCode = "200", description = "As they are now")
  @APIResponse(responseCode = "400", description = "invalid-body, invalid-field, invalid-header")
  @APIResponse(responseCode = "409", description = "label-taken")
  @APIResponse(responseCode = "412", description = "precondition-failed")
  @APIResponse(responseCode = "428", description = "precondition-required")
  public Uni<RestResponse<SettingsView>> change(
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch, @Nullable SettingsBody body) {
    SettingsBody wanted = Fields.body(body);
    return store
        .change(
            caller.get(), IfMatch.required(ifMatch), wanted.checkedLabel(), wanted.manualApproval())
        .map(FirstEnrolmentResource::tagged);
  }

  /** Version 0: nothing was ever set. */
  private static RestResponse<SettingsView> tagged(@Nullable EnrolmentSettingsEntity settings) {
    return RestResponse.ResponseBuilder.ok(SettingsView.of(settings))
        .header(HttpHeaders.ETAG, IfMatch.tag(settings == null ? 0 : settings.version()))
        .build();
  }

  @GET
  @Path("manufacturer-cas")
  @Operation(operationId = "manufacturerCas", summary = "Manufacturers' authorities, oldest first")
  public Uni<List<ManufacturerCaView>> trusted() {
    return store
        .trusted(caller.get())
        .map(all -> all.stream().map(ManufacturerCaView::of).toList());
  }

  @POST
  @Path("manufacturer-cas")
  @Operation(
      operationId = "trustManufacturerCa",
      summary = "Let a manufacturer's certificates (IDevID) enrol its registered devices")
  @APIResponse(responseCode = "201", description = "Trusted for first enrolment, and nothing else")
  @APIResponse(responseCode = "400", description = "invalid-body, invalid-field")
  @APIResponse(responseCode = "409", description = "manufacturer-ca-exists")
  public Uni<Response> trust(@Nullable ManufacturerCaBody body) {
    ManufacturerCaBody wanted = Fields.body(body);
    return store
        .trust(
            caller.get(),
            Fields.text("manufacturer", wanted.manufacturer(), 100),
            CaCertificate.ofField("certificate", wanted.certificate()))
        .map(added -> Response.status(201).entity(ManufacturerCaView.of(added)).build());
  }

  @DELETE
  @Path("manufacturer-cas/{id}")
  @Operation(operationId = "distrustManufacturerCa", summary = "Trust it no longer")
  @APIResponse(responseCode = "204", description = "Its certificates enrol nothing from now on")
  @APIResponse(responseCode = "404", description = "not-found")
  public Uni<Void> distrust(@PathParam("id") UUID id) {
    return store.distrust(caller.get(), id);
  }

  @GET
  @Path("enrolment-requests")
  @Operation(
      operationId = "enrolmentRequests",
      summary = "First enrolments that wait for a person, oldest first, at most 500")
  public Uni<List<RequestView>> pending() {
    return store.pending(caller.get()).map(all -> all.stream().map(RequestView::of).toList());
  }

  @POST
  @Path("enrolment-requests/{id}/decision")
  @Operation(operationId = "decideEnrolment", summary = "Approve or reject a first enrolment")
  @APIResponse(responseCode = "204", description = "The device hears of it when it asks again")
  @APIResponse(responseCode = "400", description = "invalid-body, invalid-field")
  @APIResponse(responseCode = "404", description = "not-found: none of that id is pending")
  public Uni<Void> decide(@PathParam("id") UUID id, @Nullable DecisionBody body) {
    return store.decide(caller.get(), id, Fields.body(body).parsed());
  }
}
