package io.pulsewarden.keys.kek;

import java.util.Locale;

/** Why a KEK provider does not work. */
public enum KekFailure {
  /** No connection, no answer in time, or an answer that is none. */
  UNREACHABLE(true),
  /** There, and locked: Vault is sealed or has no leader. */
  SEALED(true),
  /** It is overloaded or broken, and says so. */
  BUSY(true),
  /** It does not let us in, or not do this. */
  FORBIDDEN(false),
  /** The mount, token or slot that configuration names is not there. */
  NOT_FOUND(false),
  /** It calls the request itself wrong. */
  IMPOSSIBLE(false),
  /** KEKs that stored keys need are gone, or what is stored does not open. */
  INCOMPLETE(false);

  private final boolean passing;

  KekFailure(boolean passing) {
    this.passing = passing;
  }

  /** Whether to ask again soon may help. */
  public boolean isPassing() {
    return passing;
  }

  /** As in health answers, metrics and problem codes. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
