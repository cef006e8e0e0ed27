package io.pulsewarden.telemetry.failure;

import io.pulsewarden.outage.Outage;
import io.quarkus.oidc.OIDCException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Answers what fails before a resource is reached. Tokens are checked there, and an identity
 * provider that is away is an outage: neither the caller's fault (401) nor ours (500).
 */
@Singleton
class FailureRoutesLifecycle {

  private static final Logger LOG = Logger.getLogger(FailureRoutesLifecycle.class);

  void install(@Observes Router router) {
    // The first of all failure handlers; what is not an outage goes on to the framework's own.
    router.route().order(Integer.MIN_VALUE).handler(this::readable).failureHandler(this::failed);
  }

  /** A query that is not percent-encoded has no parameters: whoever asks for one would throw. */
  private void readable(RoutingContext request) {
    try {
      request.request().params();
    } catch (IllegalArgumentException undecodable) {
      answer(request, FailureCode.INVALID_REQUEST, "the query can't be decoded");
      return;
    }
    request.next();
  }

  private static boolean isOutage(Throwable failure) {
    return failure instanceof OIDCException || Outage.isCauseOf(failure);
  }

  private void failed(RoutingContext request) {
    Throwable failure = request.failure();
    if (failure == null || !isOutage(failure) || request.response().headWritten()) {
      request.next();
      return;
    }
    LOG.warnf("request not served, identity provider away: type=%s", failure.getClass().getName());
    request.response().putHeader(HttpHeaders.RETRY_AFTER, "2");
    answer(request, FailureCode.UNAVAILABLE, "access tokens can't be checked now");
  }

  private static void answer(RoutingContext request, FailureCode code, String sentence) {
    boolean fhir = String.valueOf(request.request().path()).startsWith("/fhir");
    request
        .response()
        .setStatusCode(code.status())
        .putHeader(
            HttpHeaders.CONTENT_TYPE, fhir ? FailureBody.FHIR_JSON : FailureBody.PROBLEM_JSON)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(
            fhir
                ? FailureBody.operationOutcome(code, sentence)
                : FailureBody.problem(code, sentence));
  }
}
