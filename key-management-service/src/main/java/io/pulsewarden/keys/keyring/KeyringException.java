package io.pulsewarden.keys.keyring;

import org.jspecify.annotations.Nullable;

/** The keyring can't be used; the message is a line for its operator and holds no secret. */
public final class KeyringException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  KeyringException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
