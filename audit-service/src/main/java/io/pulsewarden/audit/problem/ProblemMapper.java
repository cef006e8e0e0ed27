package io.pulsewarden.audit.problem;

import io.quarkus.security.ForbiddenException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The one place where errors become answers. */
class ProblemMapper {

  private static final Logger LOG = Logger.getLogger(ProblemMapper.class);

  @ServerExceptionMapper
  Response problem(ProblemException problem) {
    return answer(problem);
  }

  @ServerExceptionMapper
  Response forbidden(ForbiddenException lacksRole) {
    return answer(ProblemException.forbidden());
  }

  @ServerExceptionMapper
  Response http(WebApplicationException http) {
    return http.getResponse().getStatus() == Response.Status.NOT_FOUND.getStatusCode()
        ? answer(ProblemException.notFound())
        : http.getResponse();
  }

  @ServerExceptionMapper
  Response unexpected(RuntimeException unexpected) {
    LOG.error("request failed", unexpected);
    return answer(ProblemException.internal());
  }

  private static Response answer(ProblemException problem) {
    return Response.status(problem.status())
        .type("application/problem+json")
        .entity(Problem.of(problem))
        .build();
  }
}
