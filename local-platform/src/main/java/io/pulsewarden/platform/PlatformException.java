package io.pulsewarden.platform;

/**
 * Something that the person at the terminal can put right; the message is one line that says how.
 */
public final class PlatformException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public PlatformException(String message) {
    super(message);
  }

  public PlatformException(String message, Throwable cause) {
    super(message, cause);
  }
}
