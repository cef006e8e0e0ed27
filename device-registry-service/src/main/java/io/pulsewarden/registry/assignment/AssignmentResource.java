package io.pulsewarden.registry.assignment;

import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.device.AssignmentView;
import io.pulsewarden.registry.device.IfMatch;
import io.pulsewarden.registry.idempotency.IdempotencyKey;
import io.pulsewarden.registry.problem.Fields;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Who wears a device, and since when. */
@Path("/v1/devices/{id}/assignments")
@RolesAllowed("device-admin")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Assignments")
class AssignmentResource {

  private final AssignmentStore assignments;
  private final Instance<Caller> caller;
  private final Clock clock;

  AssignmentResource(AssignmentStore assignments, Instance<Caller> caller, Clock clock) {
    this.assignments = assignments;
    this.caller = caller;
    this.clock = clock;
  }

  @POST
  @Operation(operationId = "assignDevice", summary = "Assign the device to a patient")
  @APIResponse(responseCode = "201", description = "Assigned in [from, until)")
  @APIResponse(responseCode = "400", description = "invalid-body, invalid-field")
  @APIResponse(responseCode = "404", description = "not-found")
  @APIResponse(responseCode = "409", description = "assignment-overlaps, device-state-forbids")
  @APIResponse(responseCode = "422", description = "idempotency-key-reused")
  public Uni<RestResponse<AssignmentView>> assign(
      @PathParam("id") UUID device,
      @HeaderParam(IdempotencyKey.HEADER) @Nullable String key,
      @Nullable AssignmentBody body) {
    NewAssignment wanted = Fields.body(body).toAssignment();
    return assignments
        .assign(
            caller.get(), device, wanted, IdempotencyKey.parse(key, "assign " + device + wanted))
        .map(assignment -> RestResponse.status(RestResponse.Status.CREATED, assignment));
  }

  @POST
  @Path("{assignment}/end")
  @Operation(operationId = "endAssignment", summary = "End an assignment, now or at a given time")
  @APIResponse(responseCode = "200", description = "Ends at 'until'")
  @APIResponse(responseCode = "400", description = "invalid-body, invalid-field")
  @APIResponse(responseCode = "404", description = "not-found")
  @APIResponse(responseCode = "409", description = "assignment-ended, assignment-cancelled")
  @APIResponse(responseCode = "412", description = "precondition-failed: by the device's ETag")
  @APIResponse(responseCode = "428", description = "precondition-required")
  public Uni<AssignmentView> end(
      @PathParam("id") UUID device,
      @PathParam("assignment") UUID assignment,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @Nullable EndBody body) {
    Instant until = until(body);
    return assignments.end(caller.get(), device, assignment, IfMatch.required(ifMatch), until);
  }

  private Instant until(@Nullable EndBody body) {
    return body == null || body.until() == null
        ? clock.instant()
        : Fields.instant("until", body.until());
  }
}
