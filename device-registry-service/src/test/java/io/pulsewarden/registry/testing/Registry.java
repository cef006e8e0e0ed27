package io.pulsewarden.registry.testing;

import static io.restassured.RestAssured.given;

import io.restassured.builder.RequestSpecBuilder;
import io.restassured.config.HttpClientConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.config.SSLConfig;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/** The service as its callers see it: HTTPS with the edge CA, one organisation's administrator. */
public final class Registry {

  /** The setting with the file of the edge CA. */
  public static final String EDGE_CA = RegistryTestBed.EDGE_CA;

  private final URI base;
  private final UUID organisation;
  private final String token;

  public Registry(URI base, UUID organisation) {
    this.base = base;
    this.organisation = organisation;
    this.token = Token.admin(organisation);
  }

  public static Registry ofNewOrganisation(URI base) {
    return new Registry(base, UUID.randomUUID());
  }

  public UUID organisation() {
    return organisation;
  }

  public RequestSpecification anonymous() {
    return given()
        .spec(
            new RequestSpecBuilder()
                .setBaseUri(base)
                .setConfig(
                    RestAssuredConfig.config().sslConfig(new SSLConfig().trustStore(trust())))
                .build());
  }

  public RequestSpecification withToken(String other) {
    return anonymous().auth().oauth2(other);
  }

  public RequestSpecification admin() {
    return withToken(token).contentType(ContentType.JSON);
  }

  public Response register(String serialNumber) {
    return register(admin(), serialNumber);
  }

  /** The same, and the body is only sent if it is asked for; see {@link #enrolIfAsked}. */
  public Response registerIfAsked(String serialNumber) {
    return register(admin().config(patient()), serialNumber);
  }

  private static Response register(RequestSpecification caller, String serialNumber) {
    return caller
        .body(Map.of("serialNumber", serialNumber, "model", "PX-1", "manufacturer", "Acme"))
        .post("/v1/devices");
  }

  /** A registered device. */
  public UUID device() {
    return UUID.fromString(
        register("SN-" + UUID.randomUUID()).then().statusCode(201).extract().path("id"));
  }

  /** A registered device of a kind. */
  public UUID device(String kind) {
    return UUID.fromString(
        admin()
            .body(
                Map.of(
                    "serialNumber",
                    "SN-" + UUID.randomUUID(),
                    "model",
                    "PX-1",
                    "manufacturer",
                    "Acme",
                    "kind",
                    kind))
            .post("/v1/devices")
            .then()
            .statusCode(201)
            .extract()
            .path("id"));
  }

  public String claim(UUID device) {
    return admin()
        .post("/v1/devices/" + device + "/claims")
        .then()
        .statusCode(201)
        .extract()
        .path("claim");
  }

  public Response assign(UUID device, UUID patient, Instant from) {
    return admin()
        .body(Map.of("patientId", patient.toString(), "from", from.toString()))
        .post("/v1/devices/" + device + "/assignments");
  }

  /** Takes whatever version there is. */
  public Response transition(UUID device, @Nullable String transition, @Nullable String reason) {
    Map<String, String> body = new HashMap<>();
    if (transition != null) {
      body.put("transition", transition);
    }
    if (reason != null) {
      body.put("reason", reason);
    }
    return admin()
        .header("If-Match", "*")
        .body(body)
        .post("/v1/devices/" + device + "/transitions");
  }

  public Response assign(UUID device, UUID patient, Instant from, @Nullable Instant until) {
    Map<String, String> body = new HashMap<>();
    body.put("patientId", patient.toString());
    body.put("from", from.toString());
    if (until != null) {
      body.put("until", until.toString());
    }
    return admin().body(body).post("/v1/devices/" + device + "/assignments");
  }

  public Response revoke(UUID device, String reason) {
    return admin().body(Map.of("reason", reason)).post("/v1/devices/" + device + "/revocation");
  }

  public Response enrol(UUID device, String claim, byte[] request) {
    return enrol(anonymous(), device, claim, request);
  }

  /**
   * Sends the body only if it is asked for (RFC 9110, section 10.1.1): what is on its way when the
   * server closes could push its answer out.
   */
  public Response enrolIfAsked(UUID device, String claim, byte[] request) {
    return enrol(anonymous().config(patient()), device, claim, request);
  }

  /** The same from another address of the loopback network. */
  public Response enrolFrom(InetAddress address, UUID device, String claim, byte[] request) {
    RestAssuredConfig elsewhere =
        RestAssuredConfig.config()
            .sslConfig(new SSLConfig().trustStore(trust()))
            .httpClient(
                HttpClientConfig.httpClientConfig().setParam("http.route.local-address", address));
    return enrol(anonymous().config(elsewhere), device, claim, request);
  }

  private static RestAssuredConfig patient() {
    return RestAssuredConfig.config()
        .sslConfig(new SSLConfig().trustStore(trust()))
        .httpClient(
            HttpClientConfig.httpClientConfig().setParam("http.protocol.expect-continue", true));
  }

  private static Response enrol(
      RequestSpecification caller, UUID device, String claim, byte[] request) {
    return caller
        .auth()
        .preemptive()
        .basic(device.toString(), claim)
        .contentType("application/pkcs10")
        .body(request)
        .post("/.well-known/est/simpleenroll");
  }

  /** The CA of the registry's own TLS certificate. */
  public static X509Certificate edgeCa() {
    Path file = Path.of(ConfigProvider.getConfig().getValue(RegistryTestBed.EDGE_CA, String.class));
    try (InputStream pem = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
    } catch (IOException | GeneralSecurityException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  /** Trusts the edge CA alone. */
  public static X509TrustManager trustManager() {
    try {
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(trust());
      return (X509TrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static KeyStore trust() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("edge", edgeCa());
      return store;
    } catch (IOException | GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
