package io.pulsewarden.keys.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.pulsewarden.outage.Outage;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Where an exception becomes an answer, and nothing of its text gets into it. A role that is
 * lacking is for the log as well, and {@code access}'s.
 */
public class ProblemMapper {

  private static final Logger LOG = Logger.getLogger(ProblemMapper.class);

  @ServerExceptionMapper
  public Response expected(ProblemException failure) {
    return Problem.response(failure.status(), failure.code(), failure.detail());
  }

  @ServerExceptionMapper
  public Response rejected(WebApplicationException rejected) {
    int status = rejected.getResponse().getStatus();
    return Problem.response(status, "request-rejected", "the request can't be served as it is");
  }

  @ServerExceptionMapper
  public Response wrongToken(AuthenticationFailedException wrong) {
    return unauthenticated();
  }

  @ServerExceptionMapper
  public Response noToken(UnauthorizedException none) {
    return unauthenticated();
  }

  @ServerExceptionMapper
  public Response mismatchedJson(MismatchedInputException failure) {
    return unreadableJson(failure);
  }

  @ServerExceptionMapper
  public Response unreadableJson(JsonProcessingException failure) {
    return Problem.response(400, "unreadable-request", "the body: not the JSON that is taken here");
  }

  @ServerExceptionMapper
  public Response failed(Exception failed) {
    if (Outage.isCauseOf(failed)) {
      LOG.warnf("a request failed outage=%s", failed.getClass().getName());
      return Problem.later("unavailable", "something that is needed is away");
    }
    LOG.error("a request failed", failed);
    return Problem.response(500, "internal-error", "something broke; the log says what");
  }

  private static Response unauthenticated() {
    return Response.fromResponse(
            Problem.response(401, "unauthenticated", "a token of a person is needed"))
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
        .build();
  }
}
