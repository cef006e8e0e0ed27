package io.pulsewarden.registry.access;

import java.util.Set;
import java.util.UUID;

/**
 * A person with an access token that was verified.
 *
 * @param userId the token's subject
 * @param organisationId the wall: nothing of another organisation is seen or changed
 * @param roles for the audit entry; what they allow was decided before
 */
public record Caller(String userId, UUID organisationId, Set<String> roles) {

  public Caller {
    roles = Set.copyOf(roles);
  }
}
