package io.pulsewarden.registry.configuration;

import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.device.DeviceSettings;
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
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** What an organisation's devices of a model are set to. */
@Path("/v1/models/{manufacturer}/{model}/configuration")
@RolesAllowed("device-admin")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Configuration")
class ModelConfigurationResource {

  private static final int MAX_LABEL = 100;

  private final ModelConfigurationStore configurations;
  private final Instance<Caller> caller;

  ModelConfigurationResource(ModelConfigurationStore configurations, Instance<Caller> caller) {
    this.configurations = configurations;
    this.caller = caller;
  }

  @GET
  @Operation(operationId = "readModelConfiguration", summary = "What a model is set to")
  @APIResponse(responseCode = "200", description = "Version 0: nothing was ever configured")
  @APIResponse(responseCode = "400", description = "invalid-field")
  public Uni<RestResponse<ModelConfigurationView>> read(
      @PathParam("manufacturer") String manufacturer, @PathParam("model") String model) {
    return configurations
        .read(caller.get(), label("manufacturer", manufacturer), label("model", model))
        .map(ModelConfigurationResource::answer);
  }

  @PUT
  @Operation(
      operationId = "configureModel",
      summary = "Replace what is set for a model; its devices are told one after the other")
  @APIResponse(responseCode = "200", description = "Committed; rolledOut tells when all are told")
  @APIResponse(responseCode = "400", description = "invalid-body, invalid-field, invalid-header")
  @APIResponse(responseCode = "412", description = "precondition-failed")
  @APIResponse(responseCode = "428", description = "precondition-required")
  public Uni<RestResponse<ModelConfigurationView>> replace(
      @PathParam("manufacturer") String manufacturer,
      @PathParam("model") String model,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @Nullable SettingsBody body) {
    DeviceSettings settings = Fields.body(body).parsed();
    return configurations
        .replace(
            caller.get(),
            label("manufacturer", manufacturer),
            label("model", model),
            IfMatch.required(ifMatch),
            settings)
        .map(ModelConfigurationResource::answer);
  }

  private static String label(String field, String value) {
    return Fields.text(field, value, MAX_LABEL);
  }

  private static RestResponse<ModelConfigurationView> answer(ModelConfigurationView view) {
    return RestResponse.ResponseBuilder.ok(view)
        .header(HttpHeaders.ETAG, IfMatch.tag(view.version()))
        .build();
  }
}
