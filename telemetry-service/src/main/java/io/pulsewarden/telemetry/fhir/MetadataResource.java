package io.pulsewarden.telemetry.fhir;

import jakarta.annotation.security.PermitAll;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;

/** What this server can do; open to everybody (FHIR R4, 3.1.0.9). */
@Path("/fhir/metadata")
@PermitAll
@Produces({FhirJson.MEDIA_TYPE, MediaType.APPLICATION_JSON})
public class MetadataResource {

  @Inject FhirJson json;

  @GET
  public Response capabilities(@Context UriInfo uri) {
    return FhirAnswer.ok(json.encode(Capabilities.statement(FhirAnswer.base(uri))));
  }
}
