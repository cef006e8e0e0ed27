package io.pulsewarden.audit.problem;

import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.sqlclient.DatabaseException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** The one place where errors become answers: OperationOutcomes below /fhir, else problems. */
class ProblemMapper {

  private static final Logger LOG = Logger.getLogger(ProblemMapper.class);
  private static final int DEPTH = 8;
  private static final Set<String> AWAY = Set.of("08", "40", "53", "57", "58");

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
    if (isOutage(unexpected)) {
      LOG.warn("request not answered: the database is away", unexpected);
      return answer(ProblemException.unavailable(), uri);
    }
    LOG.error("request failed", unexpected);
    return answer(ProblemException.internal(), uri);
  }

  /**
   * Tells a database that is away from a fault of our own. NoStackTraceThrowable is how the pool
   * says that it had no connection in time.
   */
  static boolean isOutage(Throwable thrown) {
    @Nullable Throwable next = thrown;
    for (int i = 0; next != null && i < DEPTH; i++) {
      if (next instanceof DatabaseException answered) {
        return saysThatItIsAway(answered.getSqlState());
      }
      if (next instanceof IOException
          || next instanceof TimeoutException
          || next instanceof io.smallrye.mutiny.TimeoutException
          || next instanceof VertxException
          || next instanceof NoStackTraceThrowable) {
        return true;
      }
      next = next.getCause();
    }
    return false;
  }

  /** By the class of its SQLSTATE: connection, rollback, resources, operator, system. */
  private static boolean saysThatItIsAway(@Nullable String state) {
    return state == null || (state.length() == 5 && AWAY.contains(state.substring(0, 2)));
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
