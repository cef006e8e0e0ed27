package io.pulsewarden.telemetry.access;

import java.util.Set;
import java.util.UUID;

/**
 * A person with a valid access token.
 *
 * @param userId the token's subject
 * @param organisation the only one whose data this person may see
 */
public record Caller(String userId, UUID organisation, Set<Role> roles) {

  private static final int MAX_USER_ID = 255;

  public Caller {
    if (userId.isBlank() || userId.length() > MAX_USER_ID) {
      throw new IllegalArgumentException("not a user id");
    }
    roles = Set.copyOf(roles);
  }

  public boolean has(Role role) {
    return roles.contains(role);
  }
}
