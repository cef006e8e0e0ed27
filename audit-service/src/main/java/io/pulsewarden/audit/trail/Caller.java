package io.pulsewarden.audit.trail;

import io.pulsewarden.audit.problem.ProblemException;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.Agent;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Who asks, as the access token says. */
@RequestScoped
public class Caller {

  private final SecurityIdentity identity;

  Caller(SecurityIdentity identity) {
    this.identity = identity;
  }

  /**
   * Whose data may be seen.
   *
   * @throws ProblemException 403, if the token names none
   */
  public UUID organisation() {
    try {
      Optional<Object> claim = token().claim("organisation_id");
      return UUID.fromString(String.valueOf(claim.orElse("")));
    } catch (IllegalArgumentException notAnId) {
      throw ProblemException.noOrganisation();
    }
  }

  /** Whether the token has a role. */
  public boolean has(String role) {
    return identity.hasRole(role);
  }

  /**
   * The token's subject.
   *
   * @throws ProblemException 403, if it has none: nobody could be named in the log
   */
  public String login() {
    String subject = token().getSubject();
    if (subject == null || subject.isBlank()) {
      throw ProblemException.forbidden();
    }
    return subject;
  }

  /** For the audit entry. */
  public Agent agent() {
    return AuditEvents.user(login(), identity.getRoles());
  }

  private JsonWebToken token() {
    if (identity.getPrincipal() instanceof JsonWebToken token) {
      return token;
    }
    throw ProblemException.forbidden();
  }
}
