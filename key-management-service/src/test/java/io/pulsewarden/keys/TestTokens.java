package io.pulsewarden.keys;

import io.smallrye.jwt.build.Jwt;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Access tokens as Keycloak would issue them, under a key of the tests' own. */
public final class TestTokens {

  private static final KeyPair KEYS = keys();

  private TestTokens() {}

  /** A token of 5 minutes. */
  public static String of(String user, UUID organisation, String... roles) {
    return Jwt.subject(user)
        .audience("pulsewarden")
        .claim("realm_access", Map.of("roles", List.of(roles)))
        .claim("organisation_id", organisation.toString())
        .expiresIn(300)
        .sign(KEYS.getPrivate());
  }

  static PublicKey publicKey() {
    return KEYS.getPublic();
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
