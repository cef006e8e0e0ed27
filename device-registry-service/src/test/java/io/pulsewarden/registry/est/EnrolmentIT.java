package io.pulsewarden.registry.est;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.registry.testing.CertsOnlyAnswer;
import io.pulsewarden.registry.testing.Command;
import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.pulsewarden.registry.testing.TopicReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class EnrolmentIT {

  private static final String PROBLEM = "application/problem+json";

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @TempDir Path folder;

  private Registry registry;
  private UUID device;

  @BeforeEach
  void setUp() {
    registry = Registry.ofNewOrganisation(base);
    device = registry.device();
  }

  @Test
  void shouldEnrolWithARequestThatOpensslMade() throws IOException {
    Command made =
        Command.run(
            folder,
            ("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
                    + " -keyout device.key -subj /CN=mine -outform DER -out device.csr")
                .split(" "));
    assertThat(made.status()).as(made.output()).isZero();

    byte[] answer =
        registry
            .enrol(
                device,
                registry.claim(device),
                Csr.base64(Files.readAllBytes(folder.resolve("device.csr"))))
            .then()
            .statusCode(200)
            .contentType("application/pkcs7-mime; smime-type=certs-only")
            .extract()
            .asByteArray();

    X509Certificate certificate = CertsOnlyAnswer.one(answer);
    assertThat(CertsOnlyAnswer.names(certificate, device, registry.organisation())).isTrue();
    write("ca.p7", cacerts());
    write("device.p7", answer);
    Command verified =
        Command.run(
            folder,
            "sh",
            "-ec",
            "base64 -d ca.p7 | openssl pkcs7 -inform DER -print_certs -out ca.pem;"
                + "base64 -d device.p7 | openssl pkcs7 -inform DER -print_certs -out device.pem;"
                + "openssl verify -x509_strict -purpose sslclient -CAfile ca.pem device.pem");
    assertThat(verified.status()).as(verified.output()).isZero();
    assertThat(verified.output()).contains("device.pem: OK");
  }

  private byte[] cacerts() {
    return registry
        .anonymous()
        .get("/.well-known/est/cacerts")
        .then()
        .statusCode(200)
        .contentType("application/pkcs7-mime; smime-type=certs-only")
        .extract()
        .asByteArray();
  }

  private void write(String name, byte[] bytes) throws IOException {
    Files.write(folder.resolve(name), bytes);
  }

  @Test
  void shouldHandOutTheDevicesChainAndTheEdgeCa() {
    List<X509Certificate> certificates = CertsOnlyAnswer.all(cacerts());

    assertThat(certificates)
        .extracting(certificate -> certificate.getSubjectX500Principal().getName())
        .hasSizeGreaterThanOrEqualTo(3)
        .anyMatch(name -> name.startsWith("CN=Pulsewarden device issuing CA"))
        .anyMatch(name -> name.startsWith("CN=Pulsewarden device root CA"));
    assertThat(certificates).allMatch(certificate -> certificate.getBasicConstraints() >= 0);
  }

  @Test
  void shouldTellTheFeedAndTheLog() {
    Response answer = registry.enrol(device, registry.claim(device), Csr.fresh());
    X509Certificate certificate = CertsOnlyAnswer.one(answer.asByteArray());

    try (TopicReader feed = TopicReader.ofDeviceStates();
        TopicReader log = TopicReader.ofAudit()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(feed.states(device))
                      .last()
                      .satisfies(
                          state -> {
                            assertThat(state.getCredentialsCount()).isEqualTo(1);
                            assertThat(state.getCredentials(0).getNotAfterMs())
                                .isEqualTo(certificate.getNotAfter().toInstant().toEpochMilli());
                            assertThat(state.getVersion()).isEqualTo(2);
                          }));
      await()
          .untilAsserted(
              () ->
                  assertThat(log.events(AuditAction.AUDIT_ACTION_CERTIFICATE_ISSUED, device))
                      .singleElement()
                      .satisfies(
                          event ->
                              assertThat(event.getOrganisationId())
                                  .isEqualTo(registry.organisation().toString())));
    }
  }

  @Test
  void shouldTakeItsNamesFromTheRegistryAndNotFromTheRequest() {
    byte[] request = Csr.naming("CN=anybody,O=another").base64();

    X509Certificate certificate =
        CertsOnlyAnswer.one(registry.enrol(device, registry.claim(device), request).asByteArray());

    assertThat(CertsOnlyAnswer.names(certificate, device, registry.organisation())).isTrue();
  }

  @Test
  void shouldRefuseARequestThatNamesAnotherDevice() {
    UUID other = registry.device();
    String claim = registry.claim(device);

    for (Csr csr :
        List.of(
            Csr.naming("CN=" + other),
            Csr.naming("O=x,CN=" + device + ",CN=" + other),
            Csr.of(Csr.ec("secp256r1"))
                .extension(
                    Extension.subjectAlternativeName,
                    new GeneralNames(
                        new GeneralName(
                            GeneralName.uniformResourceIdentifier, "URN:UUID:" + other))))) {
      registry
          .enrol(device, claim, csr.base64())
          .then()
          .statusCode(400)
          .contentType(PROBLEM)
          .body("code", equalTo("csr-names-another-device"));
    }

    registry.enrol(device, claim, Csr.naming("CN=" + device).base64()).then().statusCode(200);
  }

  @Test
  void shouldEnrolOtherKindsOfKeys() {
    for (KeyPair keys :
        List.of(
            Csr.ec("secp384r1"),
            Csr.generate("RSA", 2048),
            Csr.generate("RSA", 3072),
            Csr.generate("Ed25519", 255))) {
      X509Certificate certificate =
          CertsOnlyAnswer.one(
              registry
                  .enrol(device, registry.claim(device), Csr.of(keys).base64())
                  .then()
                  .statusCode(200)
                  .extract()
                  .asByteArray());

      assertThat(certificate.getPublicKey()).isEqualTo(keys.getPublic());
    }
  }

  @Test
  void shouldSayWhatARequestShouldBeLike() {
    byte[] body =
        registry
            .anonymous()
            .get("/.well-known/est/csrattrs")
            .then()
            .statusCode(200)
            .contentType("application/csrattrs")
            .extract()
            .asByteArray();

    assertThat(new String(body, StandardCharsets.US_ASCII))
        .isEqualTo("MCEwFQYHKoZIzj0CATEKBggqhkjOPQMBBwYIKoZIzj0EAwI=");
  }

  @Test
  void shouldTakeBase64WithAnyWhiteSpace() {
    String wrapped =
        new String(Csr.fresh(), StandardCharsets.US_ASCII).replaceAll("(.{50})", "$1 \r\n\t");

    registry
        .enrol(device, registry.claim(device), wrapped.getBytes(StandardCharsets.US_ASCII))
        .then()
        .statusCode(200);
  }

  @Test
  void shouldAskForCredentials() {
    registry
        .anonymous()
        .contentType("application/pkcs10")
        .body(Csr.fresh())
        .post("/.well-known/est/simpleenroll")
        .then()
        .statusCode(401)
        .header("WWW-Authenticate", startsWith("Basic realm="))
        .header("Content-Length", equalTo("0"));
  }

  /** Signed, and then the transaction that records it fails: no half of it is there. */
  @Test
  void shouldLeaveNothingHalfDoneWhereTheCommitFails() {
    String claim = registry.claim(device);
    byte[] request = Csr.fresh();
    RegistryTestBed.execute(
        "CREATE FUNCTION enrolment_crash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " IF NEW.device_id = '"
            + device
            + "' THEN RAISE EXCEPTION 'injected'; END IF; RETURN NEW; END $$");
    RegistryTestBed.execute(
        "CREATE CONSTRAINT TRIGGER enrolment_crash AFTER INSERT ON certificate"
            + " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION enrolment_crash()");
    try {
      registry
          .enrol(device, claim, request)
          .then()
          .statusCode(500)
          .body("code", equalTo("internal"));
    } finally {
      RegistryTestBed.execute("DROP TRIGGER enrolment_crash ON certificate");
      RegistryTestBed.execute("DROP FUNCTION enrolment_crash()");
    }
    registry
        .admin()
        .get("/v1/devices/" + device)
        .then()
        .body("state", equalTo("registered"))
        .body("certificates.size()", equalTo(0))
        .body("version", equalTo(1));

    registry.enrol(device, claim, request).then().statusCode(200);
  }

  @Test
  void shouldLeaveTheClaimAsItWasAfterARefusedRequest() {
    String claim = registry.claim(device);
    byte[] weak = Csr.of(Csr.generate("RSA", 1024)).base64();

    registry
        .enrol(device, claim, weak)
        .then()
        .statusCode(400)
        .contentType(PROBLEM)
        .body("code", equalTo("csr-rsa-key-too-small"));

    registry.enrol(device, claim, Csr.fresh()).then().statusCode(200);
  }

  @Test
  void shouldNameWhatIsWrongWithABrokenRequest() {
    String claim = registry.claim(device);
    byte[] good = Csr.of(Csr.ec("secp256r1")).der();

    malformed(claim, "", "csr-malformed");
    malformed(claim, "not base64!", "csr-not-base64");
    malformed(claim, "AAAA", "csr-malformed");
    malformed(
        claim,
        new String(Csr.base64(Arrays.copyOf(good, good.length / 2)), StandardCharsets.US_ASCII),
        "csr-malformed");
    registry
        .enrol(device, claim, new byte[20_000])
        .then()
        .statusCode(413)
        .contentType(PROBLEM)
        .body("code", equalTo("csr-too-large"));
    registry.enrolIfAsked(device, claim, new byte[100_000]).then().statusCode(413);
    registry.enrol(device, claim, Csr.base64(good)).then().statusCode(200);
  }

  private void malformed(String claim, String body, String code) {
    registry
        .enrol(device, claim, body.getBytes(StandardCharsets.US_ASCII))
        .then()
        .statusCode(400)
        .contentType(PROBLEM)
        .body("code", equalTo(code));
  }

  @Test
  void shouldTakeNoOtherMediaType() {
    registry
        .anonymous()
        .auth()
        .preemptive()
        .basic(device.toString(), registry.claim(device))
        .contentType("text/plain")
        .body(Csr.fresh())
        .post("/.well-known/est/simpleenroll")
        .then()
        .statusCode(415);
  }

  @Test
  void shouldRefuseTheKeyOfAnotherDevice() {
    KeyPair keys = Csr.ec("secp256r1");
    UUID other = registry.device();
    registry.enrol(other, registry.claim(other), Csr.of(keys).base64()).then().statusCode(200);

    registry
        .enrol(device, registry.claim(device), Csr.of(keys).base64())
        .then()
        .statusCode(409)
        .contentType(PROBLEM)
        .body("code", equalTo("csr-key-in-use"));
  }

  @Test
  void shouldReplaceWhatADeviceHadBefore() {
    KeyPair keys = Csr.ec("secp256r1");
    registry.enrol(device, registry.claim(device), Csr.of(keys).base64()).then().statusCode(200);

    registry.enrol(device, registry.claim(device), Csr.of(keys).base64()).then().statusCode(200);

    registry
        .admin()
        .get("/v1/devices/" + device)
        .then()
        .body("state", equalTo("enrolled"))
        .body("certificates.size()", equalTo(2))
        .body("certificates[1].revocationReason", equalTo("superseded"))
        .body("certificates[0].revokedAt", equalTo(null));
    try (TopicReader feed = TopicReader.ofDeviceStates()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(feed.states(device))
                      .last()
                      .satisfies(
                          state -> {
                            assertThat(state.getVersion()).isEqualTo(3);
                            assertThat(state.getCredentialsCount()).isEqualTo(1);
                          }));
    }
  }
}
