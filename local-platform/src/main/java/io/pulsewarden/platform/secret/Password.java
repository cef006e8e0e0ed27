package io.pulsewarden.platform.secret;

import java.security.SecureRandom;
import java.util.Base64;

/** A random password of this machine's platform; never printed by {@code toString}. */
public final class Password {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 24;

  private final String text;

  private Password(String text) {
    this.text = text;
  }

  /** 192 random bits as base64url. */
  public static Password random() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return new Password(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** One that was random when it was made. */
  public static Password of(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("an empty password");
    }
    return new Password(text);
  }

  /** The password itself, for a driver or a 0600 file. */
  public String reveal() {
    return text;
  }

  @Override
  public String toString() {
    return "Password[redacted]";
  }
}
