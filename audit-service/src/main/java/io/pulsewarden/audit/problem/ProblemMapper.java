package io.pulsewarden.audit.problem;

import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.pulsewarden.outage.Outage;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The one place where errors become answers: OperationOutcomes below /fhir, else problems. */
class ProblemMapper {

  private static final Logger LOG = Logger.getLogger(ProblemMapper.class);

  @ServerExceptionMapper
  Response problem(ProblemException problem, UriInfo uri) {
    return answer(problem, uri);
  }

  @ServerExceptionMapper
  Response anonymous(UnauthorizedException unauthorized, UriInfo uri) {
    return answer(ProblemException.notAuthenticated(), uri);
  }

  @ServerExceptionMapper
  Response forbidden(ForbiddenException lacksRole, UriInfo uri) {
    return answer(ProblemException.forbidden(), uri);
  }

  @ServerExceptionMapper
  Response http(WebApplicationException http, UriInfo uri) {
    return http.getResponse().getStatus() == Response.Status.NOT_FOUND.getStatusCode()
        ? answer(ProblemException.notFound(), uri)
        : http.getResponse();
  }

  /** Deeper or longer than Jackson reads: no fault of ours. */
  @ServerExceptionMapper
  Response tooMuch(StreamConstraintsException tooMuch, UriInfo uri) {
    return answer(ProblemException.invalid("body"), uri);
  }

  @ServerExceptionMapper
  Response unexpected(RuntimeException unexpected, UriInfo uri) {
    if (Outage.isCauseOf(unexpected)) {
      LOG.warn("request not answered: the database is away", unexpected);
      return answer(ProblemException.unavailable(), uri);
    }
    LOG.error("request failed", unexpected);
    return answer(ProblemException.internal(), uri);
  }

  private static Response answer(ProblemException problem, UriInfo uri) {
    boolean fhir = uri.getPath().startsWith("/fhir");
    Response.ResponseBuilder answer =
        Response.status(problem.status())
            .type(fhir ? FhirOutcome.MEDIA_TYPE : "application/problem+json")
            .header(HttpHeaders.CACHE_CONTROL, "no-store")
            .entity(fhir ? FhirOutcome.of(problem) : Problem.of(problem));
    if (problem.status() == Response.Status.UNAUTHORIZED.getStatusCode()) {
      answer.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    return answer.build();
  }
}
