package io.pulsewarden.keys.problem;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The one place where an exception becomes an answer, and nothing of its text gets into it. */
public class ProblemMapper {

  private static final Logger LOG = Logger.getLogger(ProblemMapper.class);

  @ServerExceptionMapper
  public Response rejected(WebApplicationException rejected) {
    int status = rejected.getResponse().getStatus();
    return Problem.response(status, "request-rejected", "the request can't be served as it is");
  }

  @ServerExceptionMapper
  public Response failed(RuntimeException failed) {
    LOG.error("a request failed", failed);
    return Problem.response(500, "internal-error", "something broke; the log says what");
  }
}
