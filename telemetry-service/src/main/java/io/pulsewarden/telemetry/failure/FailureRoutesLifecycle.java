package io.pulsewarden.telemetry.failure;

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
    router.route().order(Integer.MIN_VALUE).failureHandler(this::failed);
  }

  private static boolean isOutage(Throwable failure) {
    return failure instanceof OIDCException || Outage.is(failure);
  }

  private void failed(RoutingContext request) {
    Throwable failure = request.failure();
    if (failure == null || !isOutage(failure) || request.response().headWritten()) {
      request.next();
      return;
    }
    LOG.warnf("request not served, identity provider away: type=%s", failure.getClass().getName());
    boolean fhir = request.normalizedPath().startsWith("/fhir");
    String sentence = "access tokens can't be checked now";
    request
        .response()
        .setStatusCode(FailureCode.UNAVAILABLE.status())
        .putHeader(
            HttpHeaders.CONTENT_TYPE, fhir ? FailureBody.FHIR_JSON : FailureBody.PROBLEM_JSON)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader(HttpHeaders.RETRY_AFTER, "2")
        .end(
            fhir
                ? FailureBody.operationOutcome(FailureCode.UNAVAILABLE, sentence)
                : FailureBody.problem(FailureCode.UNAVAILABLE, sentence));
  }
}
