package io.pulsewarden.benchmarks.audit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/** Signs access tokens in the identity provider's place (RFC 7519, RS256). */
final class TokenIssuer {

  private static final int KEY_BITS = 2048;
  private static final int SECONDS = 600;
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

  private final KeyPair keys;

  TokenIssuer() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(KEY_BITS);
    this.keys = generator.generateKeyPair();
  }

  /** For the service's {@code quarkus.oidc.public-key}. */
  String publicKey() {
    return Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
  }

  /** A token with one role, of an organisation that has nothing. */
  String token(String role) {
    long now = Instant.now().getEpochSecond();
    String signed =
        url("{\"alg\":\"RS256\",\"typ\":\"JWT\"}")
            + "."
            + url(
                """
                {"iss":"https://issuer.test","sub":"%s","upn":"bench","aud":"pulsewarden",\
                "organisation_id":"%s","realm_access":{"roles":["%s"]},"iat":%d,"exp":%d}\
                """
                    .formatted(UUID.randomUUID(), UUID.randomUUID(), role, now, now + SECONDS));
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(keys.getPrivate());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + URL.encodeToString(signature.sign());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String url(String json) {
    return URL.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
