package io.pulsewarden.registry.claim;

import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.idempotency.IdempotencyKey;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Claims of a device. */
@Path("/v1/devices/{id}/claims")
@RolesAllowed("device-admin")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Claims")
class ClaimResource {

  private final ClaimStore claims;
  private final Instance<Caller> caller;

  ClaimResource(ClaimStore claims, Instance<Caller> caller) {
    this.claims = claims;
    this.caller = caller;
  }

  @POST
  @Operation(
      operationId = "createClaim",
      summary = "Make the device's one-time claim; an earlier one ends")
  @APIResponse(
      responseCode = "201",
      description = "The claim, shown this once",
      content = @Content(schema = @Schema(implementation = ClaimView.class)))
  @APIResponse(responseCode = "400", description = "invalid-body, invalid-field, invalid-header")
  @APIResponse(responseCode = "404", description = "not-found")
  @APIResponse(
      responseCode = "409",
      description =
          "device-state-forbids; claim-shown-once: the key made a claim before, which still is what"
              + " it was")
  @APIResponse(responseCode = "422", description = "idempotency-key-reused")
  public Uni<Response> create(
      @PathParam("id") UUID device,
      @HeaderParam(IdempotencyKey.HEADER) @Nullable String key,
      @Nullable ClaimBody body) {
    Duration validFor = (body == null ? new ClaimBody(null) : body).duration();
    return claims
        .create(
            caller.get(),
            device,
            validFor,
            IdempotencyKey.parse(key, "claim " + device + " " + validFor))
        .map(claim -> Response.status(201).cacheControl(notStored()).entity(claim).build());
  }

  private static CacheControl notStored() {
    CacheControl control = new CacheControl();
    control.setNoStore(true);
    return control;
  }
}
