package io.pulsewarden.registry.maintenance;

import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.idempotency.IdempotencyKey;
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
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** What was done to a device. */
@Path("/v1/devices/{id}/maintenance-records")
@RolesAllowed("device-admin")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Maintenance")
class MaintenanceResource {

  private final MaintenanceStore records;
  private final Instance<Caller> caller;
  private final Clock clock;

  MaintenanceResource(MaintenanceStore records, Instance<Caller> caller, Clock clock) {
    this.records = records;
    this.caller = caller;
    this.clock = clock;
  }

  @POST
  @Operation(operationId = "recordMaintenance", summary = "Record what was done to a device")
  @APIResponse(responseCode = "201", description = "Recorded; a record is never changed")
  @APIResponse(responseCode = "400", description = "invalid-body, invalid-field, invalid-header")
  @APIResponse(responseCode = "404", description = "not-found")
  @APIResponse(responseCode = "422", description = "idempotency-key-reused")
  public Uni<RestResponse<MaintenanceView>> record(
      @PathParam("id") UUID device,
      @HeaderParam(IdempotencyKey.HEADER) @Nullable String key,
      @Nullable MaintenanceBody body) {
    Caller who = caller.get();
    MaintenanceBody sent = Fields.body(body);
    return records
        .record(
            who,
            sent.record(device, who.userId(), clock.instant()),
            IdempotencyKey.parse(key, "maintenance " + device + " " + sent))
        .map(record -> RestResponse.status(RestResponse.Status.CREATED, record));
  }

  @GET
  @Operation(operationId = "listMaintenance", summary = "What was done, newest first")
  @APIResponse(responseCode = "200", description = "The newest 200")
  @APIResponse(responseCode = "404", description = "not-found")
  public Uni<MaintenanceView.Newest> newest(@PathParam("id") UUID device) {
    return records.newest(caller.get(), device);
  }
}
