package io.pulsewarden.keys.kek;

import org.jspecify.annotations.Nullable;

/** KEKs can't be used now. */
public final class KekUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public KekUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
