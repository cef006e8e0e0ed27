package io.pulsewarden.registry.revocation;

import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.device.DeviceView;
import io.pulsewarden.registry.problem.Fields;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The 'revoke' button. */
@Path("/v1/devices/{id}/revocation")
@RolesAllowed("device-admin")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Revocation")
class RevocationResource {

  private final RevocationStore revocations;
  private final Instance<Caller> caller;

  RevocationResource(RevocationStore revocations, Instance<Caller> caller) {
    this.revocations = revocations;
    this.caller = caller;
  }

  @POST
  @Operation(
      operationId = "revokeDevice",
      summary = "Revoke every certificate and claim of a device, and end its sessions")
  @APIResponse(responseCode = "200", description = "Cut off; its state says how")
  @APIResponse(responseCode = "400", description = "invalid-body, invalid-field")
  @APIResponse(responseCode = "404", description = "not-found")
  public Uni<DeviceView> revoke(@PathParam("id") UUID device, @Nullable RevocationBody body) {
    return revocations.revoke(caller.get(), device, Fields.body(body).parsed());
  }
}
