package io.pulsewarden.registry.access;

import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/** Makes the caller from the token of the request at hand. */
@ApplicationScoped
class CallerConfiguration {

  private static final String ORGANISATION = "organisation_id";

  @Produces
  @Dependent
  Caller caller(SecurityIdentity identity) {
    if (!(identity.getPrincipal() instanceof JsonWebToken token)) {
      throw new ProblemException(ProblemType.UNAUTHENTICATED.plain());
    }
    return new Caller(
        token.getSubject(), organisation(token.getClaim(ORGANISATION)), identity.getRoles());
  }

  private static UUID organisation(@Nullable Object claim) {
    try {
      return UUID.fromString(String.valueOf(claim));
    } catch (IllegalArgumentException notAnId) {
      throw new ProblemException(ProblemType.NO_ORGANISATION.plain());
    }
  }
}
