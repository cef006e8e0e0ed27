package io.pulsewarden.telemetry.failure;

import io.pulsewarden.auditclient.AuditUnavailableException;
import io.pulsewarden.outage.Outage;
import io.pulsewarden.telemetry.keys.KeysUnavailableException;
import io.pulsewarden.telemetry.keys.SubjectErasedException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.UUID;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * The one place where a failure becomes an answer: an OperationOutcome below {@code /fhir},
 * problem+json elsewhere. What was not foreseen is logged under a random number, without its
 * message, and answered with that number.
 */
public final class FailureResource {

  private static final System.Logger LOG = System.getLogger(FailureResource.class.getName());

  @ServerExceptionMapper
  public Response failed(RequestFailedException failed, UriInfo uri) {
    return answer(failed.code(), String.valueOf(failed.getMessage()), uri);
  }

  @ServerExceptionMapper
  public Response audit(AuditUnavailableException unavailable, UriInfo uri) {
    return answer(FailureCode.UNAVAILABLE, "the audit log can't be written now", uri);
  }

  @ServerExceptionMapper
  public Response keys(KeysUnavailableException unavailable, UriInfo uri) {
    return answer(FailureCode.UNAVAILABLE, "keys can't be had now", uri);
  }

  @ServerExceptionMapper
  public Response erased(SubjectErasedException erased, UriInfo uri) {
    return answer(FailureCode.ERASED, "the patient was erased", uri);
  }

  @ServerExceptionMapper
  public Response anonymous(UnauthorizedException unauthorized, UriInfo uri) {
    return answer(FailureCode.NOT_AUTHENTICATED, "an access token is needed", uri);
  }

  @ServerExceptionMapper
  public Response unknown(AuthenticationFailedException failed, UriInfo uri) {
    return answer(FailureCode.NOT_AUTHENTICATED, "the access token is not valid", uri);
  }

  @ServerExceptionMapper
  public Response forbidden(ForbiddenException forbidden, UriInfo uri) {
    return answer(FailureCode.NOT_ALLOWED, "the role does not allow this", uri);
  }

  @ServerExceptionMapper
  public Response framework(WebApplicationException refused, UriInfo uri) {
    int status = refused.getResponse().getStatus();
    return answer(FailureCode.ofStatus(status), "the request can't be served", uri);
  }

  @ServerExceptionMapper
  public Response unforeseen(Throwable unforeseen, UriInfo uri) {
    if (Outage.isCauseOf(unforeseen)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "request not served, database away: type={0}",
          unforeseen.getClass().getName());
      return answer(FailureCode.UNAVAILABLE, "the database can't be reached now", uri);
    }
    String number = UUID.randomUUID().toString();
    LOG.log(System.Logger.Level.ERROR, "request failed: number=" + number, Unspoken.of(unforeseen));
    return answer(FailureCode.INTERNAL, "failed, see log number " + number, uri);
  }

  private static Response answer(FailureCode code, String sentence, UriInfo uri) {
    boolean fhir = uri.getPath().startsWith("/fhir");
    Response.ResponseBuilder answer =
        Response.status(code.status())
            .type(fhir ? FailureBody.FHIR_JSON : FailureBody.PROBLEM_JSON)
            .header(HttpHeaders.CACHE_CONTROL, "no-store")
            .entity(
                fhir
                    ? FailureBody.operationOutcome(code, sentence)
                    : FailureBody.problem(code, sentence));
    if (code == FailureCode.NOT_AUTHENTICATED) {
      answer.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    if (code == FailureCode.UNAVAILABLE) {
      answer.header(HttpHeaders.RETRY_AFTER, "2");
    }
    return answer.build();
  }
}
