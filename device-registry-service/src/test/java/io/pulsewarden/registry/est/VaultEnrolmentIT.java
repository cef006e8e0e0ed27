package io.pulsewarden.registry.est;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.pulsewarden.registry.ca.CertificatePem;
import io.pulsewarden.registry.ca.VaultAuthorityTestBed;
import io.pulsewarden.registry.testing.CertsOnlyAnswer;
import io.pulsewarden.registry.testing.Command;
import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.registry.testing.DeviceClient;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole service with Vault as its authority, which is sealed for a while, and slow. */
@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
@QuarkusTestResource(value = VaultAuthorityTestBed.class, restrictToAnnotatedClass = true)
class VaultEnrolmentIT {

  private static final int DEVICES = 40;
  private static final int AT_ONCE = 8;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @TempDir Path folder;

  /** Vault goes away between the proof and the signature: nothing is used up, nothing recorded. */
  @Test
  void shouldLeaveNothingHalfDoneWhileVaultIsSealed() throws Exception {
    Registry registry = Registry.ofNewOrganisation(base);
    UUID device = registry.device();
    String claim = registry.claim(device);
    KeyPair keys = Csr.ec("secp256r1");
    URI vault = ConfigProvider.getConfig().getValue("pulsewarden.vault.url", URI.class);

    VaultAuthorityTestBed.operate(vault, "sys/seal");
    try {
      registry
          .enrol(device, claim, Csr.of(keys).base64())
          .then()
          .statusCode(503)
          .header("Retry-After", "5")
          .body("code", equalTo("certificate-authority-unavailable"));
      registry
          .admin()
          .get("/v1/devices/" + device)
          .then()
          .statusCode(200)
          .body("state", equalTo("registered"))
          .body("certificates.size()", equalTo(0));
      assertThat(
              CertsOnlyAnswer.all(
                  registry.anonymous().get("/.well-known/est/cacerts").asByteArray()))
          .hasSizeGreaterThanOrEqualTo(2);
    } finally {
      VaultAuthorityTestBed.operate(vault, "sys/unseal");
    }

    X509Certificate first =
        CertsOnlyAnswer.one(registry.enrol(device, claim, Csr.of(keys).base64()).asByteArray());
    assertThat(CertsOnlyAnswer.names(first, device, registry.organisation())).isTrue();
    X509Certificate second =
        CertsOnlyAnswer.one(
            DeviceClient.showing(base, keys, first).renew(Csr.renewing(first).base64()).body());
    assertThat(second.getSerialNumber()).isNotEqualTo(first.getSerialNumber());
    requireStatus(registry, second);
  }

  /**
   * Vault takes its time. Eight requests wait for it, as many as are configured; whoever comes then
   * hears soon that it must come again, and who needs nothing of Vault does not notice.
   */
  @Test
  void shouldAnswerAllElseWhileVaultIsSlow() throws Exception {
    Registry registry = Registry.ofNewOrganisation(base);
    UUID enrolled = registry.device();
    X509Certificate certificate =
        CertsOnlyAnswer.one(
            registry
                .enrol(enrolled, registry.claim(enrolled), Csr.of(Csr.ec("secp256r1")).base64())
                .asByteArray());
    requireStatus(registry, certificate);
    UUID device = registry.device();
    String claim = registry.claim(device);
    byte[] request = Csr.of(Csr.ec("secp256r1")).base64();
    URI vault = ConfigProvider.getConfig().getValue("pulsewarden.vault.url", URI.class);
    List<Response> answers = Collections.synchronizedList(new ArrayList<>());

    try (ExecutorService devices = Executors.newVirtualThreadPerTaskExecutor()) {
      VaultAuthorityTestBed.operate(vault, "stand-in/hold");
      try {
        for (int i = 0; i < DEVICES; i++) {
          devices.execute(() -> answers.add(registry.enrol(device, claim, request)));
        }
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> assertThat(answers).hasSizeGreaterThanOrEqualTo(DEVICES - AT_ONCE));
        assertThat(answers)
            .allSatisfy(
                refused ->
                    refused
                        .then()
                        .statusCode(503)
                        .header("Retry-After", "5")
                        .body("code", equalTo("certificate-authority-unavailable")));

        registry.admin().get("/v1/devices/" + enrolled).then().statusCode(200);
        registry.anonymous().get("/.well-known/est/cacerts").then().statusCode(200);
        requireStatus(registry, certificate);
        assertThat(VaultAuthorityTestBed.waiting(vault)).isBetween(1, AT_ONCE);
        assertThat(answers).hasSizeLessThan(DEVICES);
      } finally {
        VaultAuthorityTestBed.operate(vault, "stand-in/release");
      }
    }

    assertThat(answers).hasSize(DEVICES);
    assertThat(answers.stream().filter(answer -> answer.statusCode() == 200)).hasSize(1);
  }

  private void requireStatus(Registry registry, X509Certificate certificate) throws Exception {
    StringBuilder all = new StringBuilder();
    for (X509Certificate ca :
        CertsOnlyAnswer.all(registry.anonymous().get("/.well-known/est/cacerts").asByteArray())) {
      all.append(CertificatePem.write(ca));
      if (ca.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
        Files.writeString(folder.resolve("issuer.pem"), CertificatePem.write(ca));
      }
    }
    Files.writeString(folder.resolve("cas.pem"), all);
    Files.writeString(folder.resolve("device.pem"), CertificatePem.write(certificate));
    Files.writeString(folder.resolve("edge.pem"), CertificatePem.write(Registry.edgeCa()));
    openssl("ocsp -issuer issuer.pem -cert device.pem -no_nonce -reqout question.der");
    Files.write(
        folder.resolve("answer.der"),
        registry
            .anonymous()
            .contentType("application/ocsp-request")
            .body(Files.readAllBytes(folder.resolve("question.der")))
            .post("/ocsp")
            .asByteArray());
    assertThat(
            openssl("ocsp -respin answer.der -issuer issuer.pem -cert device.pem -CAfile cas.pem"))
        .contains("Response verify OK")
        .contains("device.pem: good");
    assertThat(openssl("verify -x509_strict -purpose sslclient -CAfile cas.pem device.pem"))
        .contains("device.pem: OK");
  }

  private String openssl(String words) {
    return Command.run(folder, ("openssl " + words).split(" ")).output();
  }
}
