package io.pulsewarden.registry.revocation;

import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.device.DeviceView;
import io.pulsewarden.registry.device.IfMatch;
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
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** The 'revoke' button. It honours If-Match and does not ask for it: haste is its point. */
@Path("/v1/devices/{id}")
@RolesAllowed({"device-admin", "privacy-officer"})
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
  @Path("revocation")
  @Operation(
      operationId = "revokeDevice",
      summary = "Revoke every certificate and claim of a device, and end its sessions")
  @APIResponse(responseCode = "200", description = "Cut off; its state says how")
  @APIResponse(responseCode = "400", description = "invalid-body, invalid-field, invalid-header")
  @APIResponse(responseCode = "404", description = "not-found")
  @APIResponse(responseCode = "412", description = "precondition-failed")
  public Uni<RestResponse<DeviceView>> revoke(
      @PathParam("id") UUID device,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @Nullable RevocationBody body) {
    return revocations
        .revoke(caller.get(), device, IfMatch.optional(ifMatch), Fields.body(body).ofDevice())
        .map(RevocationResource::answer);
  }

  @POST
  @Path("certificates/{fingerprint: [0-9a-f]{64}}/revocation")
  @Operation(
      operationId = "revokeCertificate",
      summary = "Revoke one certificate, and end the sessions opened with it")
  @APIResponse(responseCode = "200", description = "Revoked; the device's state is as it was")
  @APIResponse(responseCode = "400", description = "invalid-body, invalid-field, invalid-header")
  @APIResponse(responseCode = "404", description = "not-found")
  @APIResponse(responseCode = "412", description = "precondition-failed")
  public Uni<RestResponse<DeviceView>> revokeCertificate(
      @PathParam("id") UUID device,
      @PathParam("fingerprint") String fingerprint,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @Nullable RevocationBody body) {
    return revocations
        .revoke(
            caller.get(),
            device,
            IfMatch.optional(ifMatch),
            fingerprint,
            Fields.body(body).ofCertificate())
        .map(RevocationResource::answer);
  }

  private static RestResponse<DeviceView> answer(DeviceView device) {
    return RestResponse.ResponseBuilder.ok(device)
        .header(HttpHeaders.ETAG, IfMatch.tag(device.version()))
        .build();
  }
}
