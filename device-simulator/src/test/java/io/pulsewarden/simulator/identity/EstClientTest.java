package io.pulsewarden.simulator.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.simulator.SimulatorException;
import io.pulsewarden.simulator.TestAuthority;
import io.pulsewarden.simulator.TestEst;
import io.pulsewarden.simulator.TestHttpsServer;
import io.pulsewarden.simulator.TestHttpsServer.Answer;
import io.pulsewarden.simulator.TestHttpsServer.Asked;
import io.pulsewarden.simulator.endpoints.HttpRefusal;
import io.pulsewarden.simulator.endpoints.ServerTrust;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EstClientTest {

  private static final UUID DEVICE = UUID.fromString("7d5b0a4e-4f0e-4c3c-9d5a-0d8a4f1c2b3a");

  private final TestAuthority servers = TestAuthority.root();
  private final TestAuthority root = TestAuthority.root();
  private final TestAuthority issuer = root.below();

  @TempDir private Path folder;

  @Test
  void shouldEnrolWithTheClaimAndPresentAChainWithoutTheRoot() throws Exception {
    KeyPair keys = DeviceKeys.generate();

    try (TestHttpsServer est =
        new TestHttpsServer(servers, asked -> answer(asked, requested(asked)))) {
      List<X509Certificate> chain = enrol(est, keys);

      assertThat(chain).hasSize(2);
      assertThat(chain.getFirst().getPublicKey()).isEqualTo(keys.getPublic());
      assertThat(chain.getLast()).isEqualTo(issuer.certificate());
      Asked enrolment = est.asked().getLast();
      assertThat(enrolment.path()).isEqualTo("/.well-known/est/simpleenroll");
      assertThat(enrolment.type()).isEqualTo("application/pkcs10");
      assertThat(enrolment.authorization()).isEqualTo("Basic " + base64(DEVICE + ":claim"));
    }
  }

  @Test
  void shouldAskInItsOwnName() throws Exception {
    KeyPair keys = DeviceKeys.generate();

    JcaPKCS10CertificationRequest request =
        new JcaPKCS10CertificationRequest(DeviceKeys.request(DEVICE, keys));

    assertThat(request.getPublicKey()).isEqualTo(keys.getPublic());
    assertThat(request.getSubject()).isEqualTo(new X500Name("CN=" + DEVICE));
  }

  @Test
  void shouldRefuseACertificateForAnotherKey() throws Exception {
    PublicKey another = DeviceKeys.generate().getPublic();

    try (TestHttpsServer est = new TestHttpsServer(servers, asked -> answer(asked, another))) {
      assertThatThrownBy(() -> enrol(est, DeviceKeys.generate()))
          .isInstanceOf(SimulatorException.class)
          .hasMessageContaining("another key");
    }
  }

  @Test
  void shouldRefuseACertificateOfAnAuthorityThatTheServerDoesNotName() throws Exception {
    TestAuthority stranger = TestAuthority.root().below();

    try (TestHttpsServer est =
        new TestHttpsServer(
            servers,
            asked ->
                asked.path().endsWith("cacerts")
                    ? TestEst.certificates(root.certificate(), issuer.certificate())
                    : TestEst.certificates(stranger.issue("x", requested(asked))))) {
      assertThatThrownBy(() -> enrol(est, DeviceKeys.generate()))
          .isInstanceOf(SimulatorException.class)
          .hasMessageContaining("did not issue");
    }
  }

  @Test
  void shouldTellARefusedClaim() throws Exception {
    try (TestHttpsServer est =
        new TestHttpsServer(
            servers,
            asked ->
                asked.path().endsWith("cacerts")
                    ? TestEst.certificates(root.certificate())
                    : new Answer(401, "text/plain", "no"))) {
      assertThatThrownBy(() -> enrol(est, DeviceKeys.generate()))
          .isInstanceOfSatisfying(
              HttpRefusal.class, refusal -> assertThat(refusal.status()).isEqualTo(401));
    }
  }

  private List<X509Certificate> enrol(TestHttpsServer est, KeyPair keys) throws Exception {
    ServerTrust trust = ServerTrust.of(servers.writePem(folder.resolve("ca.pem")));
    try (HttpClient http = trust.httpClient()) {
      return new EstClient(http, URI.create(est.uri() + "/.well-known/est"))
          .enrol(DEVICE, "claim", keys);
    }
  }

  private Answer answer(Asked asked, PublicKey key) {
    return asked.path().endsWith("cacerts")
        ? TestEst.certificates(root.certificate(), issuer.certificate())
        : TestEst.certificates(issuer.issue(DEVICE.toString(), key));
  }

  private PublicKey requested(Asked asked) {
    return asked.body().isEmpty()
        ? root.certificate().getPublicKey()
        : TestEst.requestedKey(asked.body());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
