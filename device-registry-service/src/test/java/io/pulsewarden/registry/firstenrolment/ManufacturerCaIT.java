package io.pulsewarden.registry.firstenrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.pulsewarden.registry.testing.CertsOnlyAnswer;
import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.registry.testing.DeviceClient;
import io.pulsewarden.registry.testing.HomeMade;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Certificates that makers gave their devices, and who believes them. */
@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class ManufacturerCaIT {

  private static final Instant FOREVER = Instant.parse("9999-12-31T23:59:59Z");

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  private final Instant now = Clock.systemUTC().instant();
  private final HomeMade maker = HomeMade.authority("Acme devices " + UUID.randomUUID());
  private Registry registry;
  private String serialNumber;
  private UUID device;

  @BeforeEach
  void setUp() {
    registry = Registry.ofNewOrganisation(base);
    serialNumber = "SN-" + UUID.randomUUID();
    device =
        UUID.fromString(
            registry.register(serialNumber).then().statusCode(201).extract().path("id"));
  }

  @Test
  void shouldEnrolByAManufacturersCertificate() {
    trust(registry, maker, "Acme").then().statusCode(201);
    HomeMade own = maker.idevId("CN=pulse,2.5.4.5=" + serialNumber, now.minusSeconds(9), FOREVER);

    HttpResponse<byte[]> answer = showing(own).enrol(Csr.fresh());

    assertThat(answer.statusCode()).isEqualTo(200);
    X509Certificate certificate = CertsOnlyAnswer.one(answer.body());
    assertThat(CertsOnlyAnswer.names(certificate, device, registry.organisation())).isTrue();
  }

  @Test
  void shouldRefuseManufacturersCertificatesThatProveNoDevice() {
    HomeMade own = maker.idevId("CN=pulse,2.5.4.5=" + serialNumber, now.minusSeconds(9), FOREVER);
    assertThat(showing(own).enrol(Csr.fresh()).statusCode()).isEqualTo(401);
    trust(registry, maker, "Another maker").then().statusCode(201);
    refused(showing(own).enrol(Csr.fresh()), "idevid-device-unknown");
    trust(registry, maker, "Acme").then().statusCode(201);

    HomeMade expired =
        maker.idevId(
            "2.5.4.5=" + serialNumber, now.minus(Duration.ofDays(9)), now.minusSeconds(60));
    assertThat(showing(expired).enrol(Csr.fresh()).statusCode()).isEqualTo(401);
    refused(
        showing(maker.idevId("CN=" + device, now.minusSeconds(9), FOREVER)).enrol(Csr.fresh()),
        "idevid-without-serial-number");
    refused(
        showing(maker.idevId("2.5.4.5=SN-0", now.minusSeconds(9), FOREVER)).enrol(Csr.fresh()),
        "idevid-device-unknown");
    HomeMade forger =
        HomeMade.authority(maker.certificate().getSubjectX500Principal().getName().substring(3));
    assertThat(
            showing(forger.idevId("2.5.4.5=" + serialNumber, now.minusSeconds(9), FOREVER))
                .enrol(Csr.fresh())
                .statusCode())
        .isEqualTo(401);
    refused(showing(own).renew(Csr.of(own.keys()).base64()), "certificate-unknown");
    assertThat(showing(own).get("/v1/devices").statusCode()).isEqualTo(401);
  }

  @Test
  void shouldAskForTheLabelWhereTwoOrganisationsHaveTheDevice() {
    Registry other = Registry.ofNewOrganisation(base);
    other.register(serialNumber).then().statusCode(201);
    trust(registry, maker, "Acme").then().statusCode(201);
    trust(other, maker, "Acme").then().statusCode(201);
    String label = "ward-" + UUID.randomUUID();
    registry
        .admin()
        .header("If-Match", "*")
        .body(Map.of("label", label, "manualApproval", false))
        .put("/v1/enrolment-settings")
        .then()
        .statusCode(200);
    HomeMade own = maker.idevId("2.5.4.5=" + serialNumber, now.minusSeconds(9), FOREVER);

    refused(showing(own).enrol(Csr.fresh()), "idevid-ambiguous");
    assertThat(
            showing(own)
                .post("/.well-known/est/" + label + "/simpleenroll", Csr.fresh())
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void shouldEndTheTrustInAManufacturer() {
    String id = trust(registry, maker, "Acme").then().statusCode(201).extract().path("id");
    trust(registry, maker, "Acme")
        .then()
        .statusCode(409)
        .body("code", equalTo("manufacturer-ca-exists"));
    Registry.ofNewOrganisation(base)
        .admin()
        .delete("/v1/manufacturer-cas/" + id)
        .then()
        .statusCode(404);
    registry.admin().get("/v1/manufacturer-cas").then().body("id", equalTo(List.of(id)));

    registry.admin().delete("/v1/manufacturer-cas/" + id).then().statusCode(204);

    registry.admin().get("/v1/manufacturer-cas").then().body("$", hasSize(0));
    HomeMade own = maker.idevId("2.5.4.5=" + serialNumber, now.minusSeconds(9), FOREVER);
    assertThat(showing(own).enrol(Csr.fresh()).statusCode()).isEqualTo(401);
  }

  @Test
  void shouldTakeNothingButACertificateOfAnAuthority() {
    HomeMade leaf = maker.idevId("2.5.4.5=1", now.minusSeconds(9), FOREVER);
    for (String bad : List.of("", "nonsense", pem(leaf.certificate()), "x".repeat(20_000))) {
      registry
          .admin()
          .body(Map.of("manufacturer", "Acme", "certificate", bad))
          .post("/v1/manufacturer-cas")
          .then()
          .statusCode(400)
          .body("field", equalTo("certificate"));
    }
  }

  /** Whoever asks again for want of an answer gets the first one; nothing is there twice. */
  @Test
  void shouldTrustOnceForAKey() {
    String key = UUID.randomUUID().toString();
    Response first = trust(registry, maker, "Acme", key);
    first.then().statusCode(201).header("ETag", "\"1\"");

    Response again = trust(registry, maker, "Acme", key);

    again.then().statusCode(201).body("id", equalTo(first.path("id")));
    registry.admin().get("/v1/manufacturer-cas").then().body("$", hasSize(1));
    trust(registry, maker, "Another maker", key)
        .then()
        .statusCode(422)
        .body("code", equalTo("idempotency-key-reused"));
    trust(registry, maker, "Acme", "short")
        .then()
        .statusCode(400)
        .body("code", equalTo("invalid-header"));
  }

  @Test
  void shouldEndTheTrustThatWasLookedAt() {
    String id = trust(registry, maker, "Acme").then().statusCode(201).extract().path("id");
    String path = "/v1/manufacturer-cas/" + id;
    registry.admin().get(path).then().statusCode(200).header("ETag", "\"1\"");

    registry
        .admin()
        .header("If-Match", "\"2\"")
        .delete(path)
        .then()
        .statusCode(412)
        .body("code", equalTo("precondition-failed"));
    registry.admin().header("If-Match", "\"1\"").delete(path).then().statusCode(204);

    registry.admin().get(path).then().statusCode(404);
    registry.admin().delete(path).then().statusCode(404);
    Registry.ofNewOrganisation(base).admin().get(path).then().statusCode(404);
  }

  private static Response trust(Registry as, HomeMade maker, String manufacturer) {
    return as.admin()
        .body(Map.of("manufacturer", manufacturer, "certificate", pem(maker.certificate())))
        .post("/v1/manufacturer-cas");
  }

  private static Response trust(Registry as, HomeMade maker, String manufacturer, String key) {
    return as.admin()
        .header("Idempotency-Key", key)
        .body(Map.of("manufacturer", manufacturer, "certificate", pem(maker.certificate())))
        .post("/v1/manufacturer-cas");
  }

  private DeviceClient showing(HomeMade shown) {
    return DeviceClient.showing(base, shown.keys(), shown.certificate());
  }

  private static void refused(HttpResponse<byte[]> answer, String code) {
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("\"" + code + "\"");
    assertThat(answer.statusCode()).isEqualTo(403);
  }

  private static String pem(X509Certificate certificate) {
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (java.security.cert.CertificateEncodingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
