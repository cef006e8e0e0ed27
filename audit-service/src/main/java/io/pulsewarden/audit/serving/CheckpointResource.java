package io.pulsewarden.audit.serving;

import io.pulsewarden.audit.log.LogStore;
import io.pulsewarden.audit.problem.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/** The newest checkpoint, and the key that it is checked with. Open to all: it holds a hash. */
@Path("/")
@PermitAll
@RunOnVirtualThread
class CheckpointResource {

  private static final String TEXT = "text/plain; charset=utf-8";

  private final PublishedLogStore published;
  private final LogStore log;

  CheckpointResource(PublishedLogStore published, LogStore log) {
    this.published = published;
    this.log = log;
  }

  @GET
  @Path("/checkpoint")
  public Response checkpoint() {
    return Response.ok(published.checkpoint().note())
        .header(HttpHeaders.CONTENT_TYPE, TEXT)
        .header(HttpHeaders.CACHE_CONTROL, "no-cache")
        .build();
  }

  @GET
  @Path("/v1/log-key")
  public Response key() {
    String key = log.verifierKey().orElseThrow(ProblemException::notFound);
    return Response.ok(key + "\n").header(HttpHeaders.CONTENT_TYPE, TEXT).build();
  }
}
