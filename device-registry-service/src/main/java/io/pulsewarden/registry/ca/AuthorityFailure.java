package io.pulsewarden.registry.ca;

import java.util.Locale;

/** Why the authority does not sign. */
public enum AuthorityFailure {
  /** Vault: no connection, no answer in time, or an answer that is none of its own. */
  UNREACHABLE(true),
  /** Vault is sealed or has no leader. */
  SEALED(true),
  /** Vault is overloaded or broken, and says so. */
  BUSY(true),
  /** Vault does not let us in, or not do this. */
  FORBIDDEN(false),
  /** Vault has no such mount or issuer. */
  NOT_FOUND(false),
  /** Vault calls the request itself wrong. */
  IMPOSSIBLE(false),
  /** What Vault signed is not what docs/formats/certificates.md describes: its configuration. */
  OTHER_PROFILE(false),
  /** Our own keys, files or cryptography. */
  BROKEN(false);

  private final boolean passing;

  AuthorityFailure(boolean passing) {
    this.passing = passing;
  }

  /** Whether to ask again soon may help. */
  public boolean isPassing() {
    return passing;
  }

  /** As in logs and metrics. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
