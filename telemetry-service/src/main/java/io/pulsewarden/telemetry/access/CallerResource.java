package io.pulsewarden.telemetry.access;

import io.pulsewarden.telemetry.failure.FailureCode;
import io.pulsewarden.telemetry.failure.RequestFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Tells resources who is asking, from the request's access token. */
@ApplicationScoped
public class CallerResource {

  private static final String ORGANISATION = "organisation_id";

  @Inject SecurityIdentity identity;

  /**
   * Whoever sent the request that this thread serves; ask before anything asynchronous.
   *
   * @throws RequestFailedException if the token names no organisation
   */
  public Caller current() {
    if (identity.isAnonymous() || !(identity.getPrincipal() instanceof JsonWebToken token)) {
      throw new RequestFailedException(FailureCode.NOT_AUTHENTICATED, "an access token is needed");
    }
    String subject = token.getSubject();
    UUID organisation = organisation(token);
    if (subject == null || subject.isBlank()) {
      throw new RequestFailedException(FailureCode.NOT_ALLOWED, "the token names no user");
    }
    return new Caller(subject, organisation, roles());
  }

  private Set<Role> roles() {
    return identity.getRoles().stream()
        .map(Role::named)
        .flatMap(Optional::stream)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static UUID organisation(JsonWebToken token) {
    try {
      return UUID.fromString(String.valueOf(token.<Object>getClaim(ORGANISATION)));
    } catch (IllegalArgumentException missing) {
      throw new RequestFailedException(FailureCode.NOT_ALLOWED, "the token names no organisation");
    }
  }
}
