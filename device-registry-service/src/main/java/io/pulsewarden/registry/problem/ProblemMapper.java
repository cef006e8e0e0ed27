package io.pulsewarden.registry.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.pulsewarden.outage.Outage;
import io.pulsewarden.registry.ca.CertificateAuthorityException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The one place where failures become answers. Nothing of an exception's message goes out. */
class ProblemMapper {

  private static final Logger LOG = Logger.getLogger(ProblemMapper.class);
  private static final int PASSING_SECONDS = 5;
  private static final int REPAIR_SECONDS = 60;
  private static final String MEDIA_TYPE = "application/problem+json";

  /** For resources that have to set headers of their own. */
  static Response.ResponseBuilder builder(Problem problem) {
    return Response.status(problem.status()).type(MEDIA_TYPE).entity(ProblemBody.of(problem));
  }

  @ServerExceptionMapper
  public Response expected(ProblemException failure) {
    return builder(failure.problem()).build();
  }

  @ServerExceptionMapper
  public Response mismatchedJson(MismatchedInputException failure) {
    return unreadableJson(failure);
  }

  @ServerExceptionMapper
  public Response unreadableJson(JsonProcessingException failure) {
    return builder(ProblemType.INVALID_BODY.because("The body is not the JSON that is taken here."))
        .build();
  }

  @ServerExceptionMapper
  public Response framework(WebApplicationException failure) {
    return builder(ofStatus(failure.getResponse().getStatus())).build();
  }

  @ServerExceptionMapper
  public Response wrongToken(AuthenticationFailedException failure) {
    return unauthenticated();
  }

  @ServerExceptionMapper
  public Response noToken(UnauthorizedException failure) {
    return unauthenticated();
  }

  @ServerExceptionMapper
  public Response wrongRole(ForbiddenException failure) {
    return builder(ProblemType.FORBIDDEN.plain()).build();
  }

  /** Nothing was recorded: authorities sign before anything is. */
  @ServerExceptionMapper
  public Response authority(CertificateAuthorityException failure) {
    LOG.warnf(
        "certificate authority failed reason=%s message=%s",
        failure.reason().code(), failure.getMessage());
    return builder(ProblemType.AUTHORITY_UNAVAILABLE.plain())
        .header(
            HttpHeaders.RETRY_AFTER,
            failure.reason().isPassing() ? PASSING_SECONDS : REPAIR_SECONDS)
        .build();
  }

  @ServerExceptionMapper
  public Response unexpected(Exception failure) {
    if (Outage.isCauseOf(failure)) {
      LOG.warnf("request failed outage=%s", failure.getClass().getName());
      return builder(ProblemType.UNAVAILABLE.plain()).header(HttpHeaders.RETRY_AFTER, 5).build();
    }
    LOG.error("request failed", failure);
    return builder(ProblemType.INTERNAL.plain()).build();
  }

  private static Response unauthenticated() {
    return builder(ProblemType.UNAUTHENTICATED.plain())
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
        .build();
  }

  private static Problem ofStatus(int status) {
    return switch (status) {
      case 400 -> ProblemType.INVALID_BODY.plain();
      case 401 -> ProblemType.UNAUTHENTICATED.plain();
      case 403 -> ProblemType.FORBIDDEN.plain();
      case 404 -> ProblemType.NOT_FOUND.plain();
      case 405 -> ProblemType.METHOD_NOT_ALLOWED.plain();
      case 406 -> ProblemType.NOT_ACCEPTABLE.plain();
      case 413 -> ProblemType.TOO_LARGE.plain();
      case 415 -> ProblemType.UNSUPPORTED_MEDIA_TYPE.plain();
      default -> ProblemType.INTERNAL.plain();
    };
  }
}
