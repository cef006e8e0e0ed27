package io.pulsewarden.vault;

import org.jspecify.annotations.Nullable;

/** Vault can't be used now. The message holds nothing that Vault answered. */
public final class VaultUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final VaultFailure reason;

  public VaultUnavailableException(VaultFailure reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Why. */
  public VaultFailure reason() {
    return reason;
  }
}
