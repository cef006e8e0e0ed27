package io.pulsewarden.telemetry.keys;

import org.jspecify.annotations.Nullable;

/** Keys can't be had now. Nothing may be done without them; asking again later may help. */
public final class KeysUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public KeysUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
