package io.pulsewarden.e2e;

import static io.restassured.RestAssured.given;

import io.restassured.config.RestAssuredConfig;
import io.restassured.config.SSLConfig;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The demo users, logged in at the platform's own Keycloak. */
final class People {

  private final Platform platform;
  private final RestAssuredConfig tls;
  private final Map<String, Login> logins = new ConcurrentHashMap<>();

  /** A token, and until when it is used. */
  private record Login(String token, Instant until) {}

  People(Platform platform) {
    this.platform = platform;
    this.tls = tls("PW_CA_FILE");
  }

  private RestAssuredConfig tls(String anchors) {
    return RestAssuredConfig.config()
        .sslConfig(SSLConfig.sslConfig().trustStore(trust(Path.of(platform.address(anchors)))));
  }

  /** Requests as that user. */
  RequestSpecification as(String user) {
    return anonymous().auth().oauth2(token(user));
  }

  /** The same towards key management, which shows a service's certificate. */
  RequestSpecification toKeyManagementAs(String user) {
    return given().config(tls("PW_SERVICE_CA_FILE")).auth().oauth2(token(user));
  }

  RequestSpecification anonymous() {
    return given().config(tls);
  }

  /**
   * At least three minutes are left of it. Tokens live five, and a login costs Keycloak more than
   * most requests cost who is asked, as the hash of a password should.
   */
  String token(String user) {
    Instant now = Instant.now();
    return logins
        .compute(
            user,
            (name, last) ->
                last != null && now.isBefore(last.until())
                    ? last
                    : new Login(login(name), now.plus(Duration.ofMinutes(2))))
        .token();
  }

  private String login(String user) {
    return anonymous()
        .formParam("grant_type", "password")
        .formParam("client_id", "pulsewarden-cli")
        .formParam("username", user)
        .formParam("password", platform.password(user))
        .post(platform.address("PW_OIDC_ISSUER") + "/protocol/openid-connect/token")
        .then()
        .statusCode(200)
        .extract()
        .path("access_token");
  }

  /** The user's id, as audit entries name it. */
  String id(String user) {
    String claims = token(user).split("\\.", -1)[1];
    String json = new String(Base64.getUrlDecoder().decode(claims), StandardCharsets.UTF_8);
    return io.restassured.path.json.JsonPath.from(json).getString("sub");
  }

  /** TLS that trusts what the platform shows to people. */
  SSLContext trust() {
    try {
      TrustManagerFactory anchors =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      anchors.init(trust(Path.of(platform.address("PW_CA_FILE"))));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, anchors.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no TLS", e);
    }
  }

  private static KeyStore trust(Path pem) {
    try (InputStream in = Files.newInputStream(pem)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + number++, each);
      }
      return store;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(pem.toString(), e);
    }
  }
}
