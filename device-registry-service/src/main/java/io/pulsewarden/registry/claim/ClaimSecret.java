package io.pulsewarden.registry.claim;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** A claim as it is shown, once: 256 random bits in base64url. Only its hash is kept. */
public final class ClaimSecret {

  private static final int BYTES = 32;

  private final String text;

  private ClaimSecret(String text) {
    this.text = text;
  }

  static ClaimSecret draw(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new ClaimSecret(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** SHA-256 over the text's UTF-8 bytes, in hexadecimal. */
  public static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  String hash() {
    return hash(text);
  }

  /** For the answer to whoever asked for the claim, and nowhere else. */
  String reveal() {
    return text;
  }

  @Override
  public String toString() {
    return "ClaimSecret[redacted]";
  }
}
