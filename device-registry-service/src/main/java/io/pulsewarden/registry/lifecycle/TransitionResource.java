package io.pulsewarden.registry.lifecycle;

import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.device.DeviceView;
import io.pulsewarden.registry.device.IfMatch;
import io.pulsewarden.registry.device.Transition;
import io.pulsewarden.registry.problem.Fields;
import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
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
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Steps of a device's life. Who may take which is in {@link Transition}. */
@Path("/v1/devices/{id}/transitions")
@RolesAllowed({"device-admin", "privacy-officer"})
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Lifecycle")
class TransitionResource {

  private final TransitionStore transitions;
  private final Instance<Caller> caller;

  TransitionResource(TransitionStore transitions, Instance<Caller> caller) {
    this.transitions = transitions;
    this.caller = caller;
  }

  @POST
  @Operation(
      operationId = "changeState",
      summary = "Take a device from one state of its life to another",
      description =
          "Steps that cut the device off honour If-Match and work without; the others need it.")
  @APIResponse(responseCode = "200", description = "Taken; ETag and version are new")
  @APIResponse(responseCode = "400", description = "invalid-body, invalid-field, invalid-header")
  @APIResponse(responseCode = "403", description = "forbidden: another role takes this step")
  @APIResponse(responseCode = "404", description = "not-found")
  @APIResponse(responseCode = "409", description = "device-state-forbids")
  @APIResponse(responseCode = "412", description = "precondition-failed")
  @APIResponse(responseCode = "428", description = "precondition-required")
  public Uni<RestResponse<DeviceView>> take(
      @PathParam("id") UUID device,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @Nullable TransitionBody body) {
    TransitionBody wanted = Fields.body(body);
    Transition step = wanted.step();
    Caller who = caller.get();
    if (!step.mayBeTakenBy(who.roles())) {
      throw new ProblemException(ProblemType.FORBIDDEN.plain());
    }
    String reason = TransitionBody.reason(step, wanted.reason());
    IfMatch match = step.cutsOff() ? IfMatch.optional(ifMatch) : IfMatch.required(ifMatch);
    return transitions
        .take(who, device, match, step, reason)
        .map(
            changed ->
                RestResponse.ResponseBuilder.ok(changed)
                    .header(HttpHeaders.ETAG, IfMatch.tag(changed.version()))
                    .build());
  }
}
