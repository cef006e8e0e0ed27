package io.pulsewarden.registry.ca;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract on a real Vault or OpenBao where VAULT_ADDR and VAULT_TOKEN are set, and on the
 * stand-in elsewhere.
 */
class VaultCertificateAuthorityTest extends CertificateAuthorityContract {

  @TempDir private Path folder;
  private VaultPkiUnderTest vault;

  @BeforeEach
  void start() throws Exception {
    vault = VaultPkiUnderTest.start(folder, LOCATIONS, Clock.systemUTC());
  }

  @AfterEach
  void stop() throws Exception {
    vault.close();
  }

  @Override
  CertificateAuthority authority(Duration lifetime) {
    return vault.authority(lifetime, Runnable::run);
  }

  @Override
  CertificateAuthority ending(Duration lifetime) {
    vault.addIssuer(Duration.ofDays(2));
    return authority(lifetime);
  }

  @Override
  void prepareNextIssuer() {
    vault.addUnannouncedIssuer(Duration.ofDays(500));
  }

  @Override
  void announce(X509Certificate issuer) {
    vault.announce(issuer);
  }
}
