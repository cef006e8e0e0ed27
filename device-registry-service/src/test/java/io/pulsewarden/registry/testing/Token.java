package io.pulsewarden.registry.testing;

import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/** Access tokens as Keycloak makes them, signed by the test bed's key. */
public final class Token {

  public static final String ADMIN = "device-admin";

  /** Whose tokens these are, unless somebody else is asked for. */
  public static final String PERSON = "0d1f6ee2-6d5c-4b9e-9b55-9f6d61f7f001";

  private Token() {}

  public static String admin(UUID organisation) {
    return of(ADMIN, organisation.toString());
  }

  public static String of(String role, @Nullable String organisation) {
    return claims(role, organisation).audience("pulsewarden").sign(key());
  }

  /** Of a person by the token's subject. */
  public static String ofPerson(String subject, String role, UUID organisation) {
    return claims(role, organisation.toString())
        .subject(subject)
        .audience("pulsewarden")
        .sign(key());
  }

  public static String expired(UUID organisation) {
    return claims(ADMIN, organisation.toString())
        .audience("pulsewarden")
        .issuedAt(1_000)
        .expiresAt(2_000)
        .sign(key());
  }

  public static String forAnotherAudience(UUID organisation) {
    return claims(ADMIN, organisation.toString()).audience("somebody-else").sign(key());
  }

  private static JwtClaimsBuilder claims(String role, @Nullable String organisation) {
    JwtClaimsBuilder claims =
        Jwt.subject(PERSON)
            .claim("realm_access", Map.of("roles", List.of(role)))
            .expiresIn(Duration.ofMinutes(5));
    return organisation == null ? claims : claims.claim("organisation_id", organisation);
  }

  private static PrivateKey key() {
    String encoded = ConfigProvider.getConfig().getValue(RegistryTestBed.TOKEN_KEY, String.class);
    try {
      return KeyFactory.getInstance("RSA")
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(encoded)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
