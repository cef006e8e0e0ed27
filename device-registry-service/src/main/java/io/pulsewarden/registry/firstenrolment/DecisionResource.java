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
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** First enrolments that wait for a person. */
@Path("/v1/enrolment-requests")
@RolesAllowed("device-admin")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "First enrolment")
class DecisionResource {

  private final DecisionStore store;
  private final Instance<Caller> caller;

  DecisionResource(DecisionStore store, Instance<Caller> caller) {
    this.store = store;
    this.caller = caller;
  }

  @GET
  @Operation(
      operationId = "enrolmentRequests",
      summary = "First enrolments that wait for a person, oldest first, at most 500")
  public Uni<List<RequestView>> pending() {
    return store.pending(caller.get()).map(all -> all.stream().map(RequestView::of).toList());
  }

  @GET
  @Path("{id}")
  @Operation(
      operationId = "readEnrolmentRequest",
      summary = "Read a first enrolment that waits for a person")
  @APIResponse(responseCode = "200", description = "It is pending; ETag is for the decision")
  @APIResponse(responseCode = "404", description = "not-found: none of that id is pending")
  public Uni<RestResponse<RequestView>> read(@PathParam("id") UUID id) {
    return store
        .read(caller.get(), id)
        .map(
            request ->
                RestResponse.ResponseBuilder.ok(RequestView.of(request))
                    .header(HttpHeaders.ETAG, IfMatch.tag(request.version()))
                    .build());
  }

  @POST
  @Path("{id}/decision")
  @Operation(operationId = "decideEnrolment", summary = "Approve or reject a first enrolment")
  @APIResponse(responseCode = "204", description = "The device hears of it when it asks again")
  @APIResponse(responseCode = "400", description = "invalid-body, invalid-field, invalid-header")
  @APIResponse(responseCode = "404", description = "not-found: none of that id is pending")
  @APIResponse(responseCode = "412", description = "precondition-failed")
  @APIResponse(responseCode = "428", description = "precondition-required")
  public Uni<Void> decide(
      @PathParam("id") UUID id,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @Nullable DecisionBody body) {
    return store.decide(caller.get(), id, IfMatch.required(ifMatch), Fields.body(body).parsed());
  }
}
