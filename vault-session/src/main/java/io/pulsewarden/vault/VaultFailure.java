package io.pulsewarden.vault;

import java.util.Locale;

/** Why Vault does not do what it was asked. */
public enum VaultFailure {
  /** No connection, no answer in time, or an answer that is none of Vault's. */
  UNREACHABLE(true),
  /** There, and locked: sealed or without a leader. */
  SEALED(true),
  /** Overloaded or broken, and says so. */
  BUSY(true),
  /** It does not let us in, or not do this. */
  FORBIDDEN(false),
  /** The mount or path that configuration names is not there. */
  NOT_FOUND(false),
  /** It calls the request itself wrong. */
  IMPOSSIBLE(false);

  private final boolean passing;

  VaultFailure(boolean passing) {
    this.passing = passing;
  }

  /** Whether to ask again soon may help. */
  public boolean isPassing() {
    return passing;
  }

  /** As in messages, health answers and metrics. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
