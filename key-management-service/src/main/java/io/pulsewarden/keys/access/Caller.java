package io.pulsewarden.keys.access;

import java.util.Set;
import java.util.UUID;

/**
 * A person with an access token that was verified.
 *
 * @param userId the token's subject
 * @param organisation the wall: nothing of another organisation is seen or changed
 * @param roles for the audit entry; what they allow was decided before
 */
public record Caller(String userId, UUID organisation, Set<String> roles) {

  /** May ask for, confirm and call off erasures, and place legal holds. */
  public static final String PRIVACY_OFFICER = "privacy-officer";

  /** May rotate and trim keys. */
  public static final String KEY_CUSTODIAN = "key-custodian";

  public Caller {
    roles = Set.copyOf(roles);
  }
}
