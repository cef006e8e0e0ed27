package io.pulsewarden.registry.firstenrolment;

import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.device.IfMatch;
import io.pulsewarden.registry.idempotency.IdempotencyKey;
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
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Authorities whose certificates prove a device's serial number, at first enrolment alone. */
@Path("/v1/manufacturer-cas")
@RolesAllowed("device-admin")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "First enrolment")
class ManufacturerCaResource {

  private final ManufacturerCaStore store;
  private final Instance<Caller> caller;

  ManufacturerCaResource(ManufacturerCaStore store, Instance<Caller> caller) {
    this.store = store;
    this.caller = caller;
  }

  @GET
  @Operation(operationId = "manufacturerCas", summary = "Manufacturers' authorities, oldest first")
  public Uni<List<ManufacturerCaView>> trusted() {
    return store
        .trusted(caller.get())
        .map(all -> all.stream().map(ManufacturerCaView::of).toList());
  }

  @GET
  @Path("{id}")
  @Operation(operationId = "readManufacturerCa", summary = "Read a manufacturer's authority")
  @APIResponse(responseCode = "200", description = "It is trusted; ETag is for a change")
  @APIResponse(responseCode = "404", description = "not-found")
  public Uni<RestResponse<ManufacturerCaView>> read(@PathParam("id") UUID id) {
    return store.read(caller.get(), id).map(ca -> tagged(RestResponse.Status.OK, ca));
  }

  @POST
  @Operation(
      operationId = "trustManufacturerCa",
      summary = "Let a manufacturer's certificates (IDevID) enrol its registered devices")
  @APIResponse(responseCode = "201", description = "Trusted for first enrolment, and nothing else")
  @APIResponse(responseCode = "400", description = "invalid-body, invalid-field, invalid-header")
  @APIResponse(responseCode = "409", description = "manufacturer-ca-exists")
  @APIResponse(responseCode = "422", description = "idempotency-key-reused")
  public Uni<RestResponse<ManufacturerCaView>> trust(
      @HeaderParam(IdempotencyKey.HEADER) @Nullable String key, @Nullable ManufacturerCaBody body) {
    ManufacturerCaBody wanted = Fields.body(body);
    String manufacturer = Fields.text("manufacturer", wanted.manufacturer(), 100);
    X509Certificate ca = CaCertificate.ofField("certificate", wanted.certificate());
    return store
        .trust(
            caller.get(),
            manufacturer,
            ca,
            IdempotencyKey.parse(
                key, "trust " + CaCertificate.sha256(CaCertificate.der(ca)) + " " + manufacturer))
        .map(added -> tagged(RestResponse.Status.CREATED, added));
  }

  private static RestResponse<ManufacturerCaView> tagged(
      RestResponse.Status status, ManufacturerCaEntity ca) {
    return RestResponse.ResponseBuilder.create(status, ManufacturerCaView.of(ca))
        .header(HttpHeaders.ETAG, IfMatch.tag(ca.version()))
        .build();
  }

  @DELETE
  @Path("{id}")
  @Operation(
      operationId = "distrustManufacturerCa",
      summary = "Trust it no longer",
      description = "Honours If-Match, and works without: haste may be its point.")
  @APIResponse(responseCode = "204", description = "Its certificates enrol nothing from now on")
  @APIResponse(responseCode = "400", description = "invalid-header")
  @APIResponse(responseCode = "404", description = "not-found")
  @APIResponse(responseCode = "412", description = "precondition-failed")
  public Uni<Void> distrust(
      @PathParam("id") UUID id, @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
    return store.distrust(caller.get(), id, IfMatch.optional(ifMatch));
  }
}
