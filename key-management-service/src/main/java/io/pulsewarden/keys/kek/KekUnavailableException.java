package io.pulsewarden.keys.kek;

import org.jspecify.annotations.Nullable;

/** KEKs can't be used now. The message holds nothing that a provider answered. */
public final class KekUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final KekFailure reason;

  public KekUnavailableException(KekFailure reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Why. */
  public KekFailure reason() {
    return reason;
  }
}
