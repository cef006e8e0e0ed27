package io.pulsewarden.registry.est;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.pulsewarden.registry.testing.CertsOnlyAnswer;
import io.pulsewarden.registry.testing.Command;
import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class EnrolmentIT {

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
  void shouldTakeItsNamesFromTheRegistryAndNotFromTheRequest() {
    byte[] request = Csr.naming("CN=anybody,O=another").base64();

    X509Certificate certificate =
        CertsOnlyAnswer.one(registry.enrol(device, registry.claim(device), request).asByteArray());

    assertThat(CertsOnlyAnswer.names(certificate, device, registry.organisation())).isTrue();
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
  void shouldNotCareWhatAHeaderOfOldCallsTheEncoding() {
    // RFC 8951, section 2: clients send it, and servers go by the body alone.
    for (String encoding : List.of("base64", "binary", "quoted-printable", "8bit")) {
      registry
          .anonymous()
          .auth()
          .preemptive()
          .basic(device.toString(), registry.claim(device))
          .header("Content-Transfer-Encoding", encoding)
          .contentType("application/pkcs10")
          .body(Csr.fresh())
          .post("/.well-known/est/simpleenroll")
          .then()
          .statusCode(200);
    }
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
}
