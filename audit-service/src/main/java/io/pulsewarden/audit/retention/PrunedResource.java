package io.pulsewarden.audit.retention;

import io.pulsewarden.audit.problem.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/** Which entries need not be served any more. Open to all, as the checkpoint is. */
@Path("/pruned")
@PermitAll
@RunOnVirtualThread
class PrunedResource {

  private final RetentionStore store;

  PrunedResource(RetentionStore store) {
    this.store = store;
  }

  /** The newest statement (docs/formats/pruned-log.md); 404 if nothing was ever pruned. */
  @GET
  public Response pruned() {
    return Response.ok(store.note().orElseThrow(ProblemException::notFound))
        .header(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
        .header(HttpHeaders.CACHE_CONTROL, "no-cache")
        .build();
  }
}
