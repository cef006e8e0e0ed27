package io.pulsewarden.keys.access;

import io.pulsewarden.keys.problem.ProblemException;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import java.util.Set;
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
      throw new ProblemException(401, "unauthenticated", "a token of a person is needed");
    }
    return caller(token, identity.getRoles());
  }

  /**
   * @throws ProblemException 403 if the token names no person or no organisation
   */
  static Caller caller(JsonWebToken token, Set<String> roles) {
    String subject = token.getSubject();
    if (subject == null || subject.isBlank()) {
      throw new ProblemException(403, "no-subject", "the token names no person");
    }
    return new Caller(subject, organisation(token.getClaim(ORGANISATION)), roles);
  }

  private static UUID organisation(@Nullable Object claim) {
    try {
      return UUID.fromString(String.valueOf(claim));
    } catch (IllegalArgumentException notAnId) {
      throw new ProblemException(403, "no-organisation", "the token names no organisation");
    }
  }
}
