package io.pulsewarden.registry.firstenrolment;

import io.pulsewarden.registry.access.Caller;
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
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** How an organisation's devices enrol for the first time. */
@Path("/v1/enrolment-settings")
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
  @Operation(operationId = "enrolmentSettings", summary = "The organisation's label and approval")
  @APIResponse(responseCode = "200", description = "As they are; ETag is for a change")
  public Uni<RestResponse<SettingsView>> settings() {
    return store.settings(caller.get()).map(FirstEnrolmentResource::tagged);
  }

  @PUT
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
}
