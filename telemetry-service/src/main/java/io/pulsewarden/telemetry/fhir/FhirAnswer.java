package io.pulsewarden.telemetry.fhir;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;

/** Answers with a FHIR body. Nothing of it may be kept by a cache on the way. */
public final class FhirAnswer {

  private FhirAnswer() {}

  public static Response ok(String json) {
    return of(Response.Status.OK, json).build();
  }

  public static Response.ResponseBuilder of(Response.Status status, String json) {
    return Response.status(status)
        .type(FhirJson.MEDIA_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .entity(json);
  }

  /** The base URL that the client used, without a slash behind. */
  public static String base(UriInfo uri) {
    return uri.getBaseUriBuilder().path("fhir").build().toString();
  }
}
