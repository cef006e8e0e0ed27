package io.pulsewarden.keys.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.vault.VaultConnection;
import io.pulsewarden.vault.VaultLogin;
import io.pulsewarden.vault.VaultSession;
import io.pulsewarden.vault.standin.VaultOperator;
import io.pulsewarden.vault.standin.VaultStandIn;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vault over TLS of our own CA, and the certificate as what logs in. */
class VaultTlsTest {

  @TempDir private Path folder;
  private final LocalCa ours = LocalCa.create("services");
  private VaultStandIn server;

  @BeforeEach
  void start() throws Exception {
    server =
        VaultStandIn.startTls(
            Clock.systemUTC(), tls(ours, ours.issueService("vault", "pulsewarden.local")));
    new VaultOperator(server, tls(ours, null), folder).prepareKeys();
    server.allowCertificates("pulsewarden-keys");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void shouldLogInByItsCertificate() throws Exception {
    SSLContext own = tls(ours, ours.issueService("key-management-service", "pulsewarden.local"));
    TransitKey.read(transit(own), "none");
    assertThat(server.requests("login")).isEqualTo(1);
    assertThat(server.requests("keys")).isEqualTo(1);
  }

  @Test
  void shouldNotGetInWithoutOne() throws Exception {
    SSLContext anonymous = tls(ours, null);
    assertThatThrownBy(() -> TransitKey.read(transit(anonymous), "none"))
        .isInstanceOfSatisfying(
            KekUnavailableException.class,
            refused -> assertThat(refused.reason()).isEqualTo(KekFailure.IMPOSSIBLE));
    assertThat(server.requests("keys")).isZero();
  }

  @Test
  void shouldNotSpeakToAVaultOfAnotherAuthority() throws Exception {
    SSLContext elsewhere = tls(LocalCa.create("others"), null);
    assertThatThrownBy(() -> TransitKey.read(transit(elsewhere), "none"))
        .isInstanceOfSatisfying(
            KekUnavailableException.class,
            refused -> assertThat(refused.reason()).isEqualTo(KekFailure.UNREACHABLE));
    assertThat(server.requests("login")).isZero();
  }

  private TransitClient transit(SSLContext own) {
    VaultConnection connection =
        new VaultConnection(server.url(), null, () -> own, VaultUnderTest.PATIENCE);
    return new TransitClient(
        new VaultSession(connection, new VaultLogin.Certificate("cert"), Clock.systemUTC()),
        VaultUnderTest.STAND_IN_MOUNT);
  }

  private static SSLContext tls(LocalCa trusted, @Nullable IssuedCertificate own) throws Exception {
    KeyStore authorities = KeyStore.getInstance("PKCS12");
    authorities.load(null, new char[0]);
    authorities.setCertificateEntry("ca", trusted.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(authorities);
    KeyManager[] managers = new KeyManager[0];
    if (own != null) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, new char[0]);
      store.setKeyEntry(
          "own", own.privateKey(), new char[0], own.chain().toArray(new X509Certificate[0]));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, new char[0]);
      managers = factory.getKeyManagers();
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers, trust.getTrustManagers(), null);
    return context;
  }
}
