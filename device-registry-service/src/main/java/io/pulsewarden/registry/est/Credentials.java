package io.pulsewarden.registry.est;

import io.pulsewarden.registry.claim.ClaimSecret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Device id and claim from HTTP Basic (RFC 7617), the claim hashed at once.
 *
 * @param deviceId who the client says it is
 * @param claimHash SHA-256 of the claim that it shows, in hexadecimal
 */
record Credentials(UUID deviceId, String claimHash) {

  private static final String SCHEME = "basic ";
  private static final int MAX_LENGTH = 512;

  /** Empty if there are none, or they are of another form. */
  static Optional<Credentials> parse(@Nullable String authorization) {
    if (authorization == null
        || authorization.length() > MAX_LENGTH
        || !authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return Optional.empty();
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(authorization.substring(SCHEME.length()).trim());
      String text = new String(decoded, StandardCharsets.UTF_8);
      int colon = text.indexOf(':');
      return colon < 0
          ? Optional.empty()
          : Optional.of(
              new Credentials(
                  UUID.fromString(text.substring(0, colon)),
                  ClaimSecret.hash(text.substring(colon + 1))));
    } catch (IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }
}
