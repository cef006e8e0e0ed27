package io.pulsewarden.keys.access;

import io.pulsewarden.keys.problem.Problem;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Says no to who lacks a role, once the log will hear of it; without that, 503, so that nobody
 * tries doors unheard.
 */
@Singleton
public class RefusedCallersProblemMapper {

  private static final Logger LOG = Logger.getLogger(RefusedCallersProblemMapper.class);

  /** Until the minute is over, whenever that is. */
  private static final int SECONDS = 60;

  private final RefusedCallersStore refused;
  private final IdentityProviderManager identities;

  RefusedCallersProblemMapper(RefusedCallersStore refused, IdentityProviderManager identities) {
    this.refused = refused;
    this.identities = identities;
  }

  /** Every resource's roles are looked at before it is called: nothing was done. */
  @ServerExceptionMapper
  public Uni<Response> wrongRole(ForbiddenException wrong, RoutingContext exchange) {
    return QuarkusHttpUser.getSecurityIdentity(exchange, identities)
        .chain(refused::record)
        .map(
            recorded ->
                recorded
                    ? Problem.response(403, "forbidden", "the caller's roles don't allow this")
                    : tooMany())
        .onFailure()
        .recoverWithItem(
            away -> {
              // No stack: while the database is away each refusal comes by here.
              LOG.warnf(
                  "a refused caller could not be recorded: error=%s", away.getClass().getName());
              return Problem.later("unavailable", "something that is needed is away");
            });
  }

  private static Response tooMany() {
    return Response.fromResponse(
            Problem.response(429, "too-many-refusals", "the caller was refused too often"))
        .header(HttpHeaders.RETRY_AFTER, SECONDS)
        .build();
  }
}
