package io.pulsewarden.audit.fhir;

import jakarta.annotation.security.PermitAll;
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
class MetadataResource {

  private final FhirJson json;

  MetadataResource(FhirJson json) {
    this.json = json;
  }

  @GET
  public Response capabilities(@Context UriInfo uri) {
    String base = uri.getBaseUriBuilder().path("fhir").build().toString();
    return Response.ok(json.encode(Capabilities.statement(base)), FhirJson.MEDIA_TYPE).build();
  }
}
