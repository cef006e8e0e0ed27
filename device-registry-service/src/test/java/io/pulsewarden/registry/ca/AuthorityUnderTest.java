package io.pulsewarden.registry.ca;

import io.pulsewarden.secret.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * An authority of either kind, for the tests of those who use one.
 *
 * @param server what it needs
 */
public record AuthorityUnderTest(CertificateAuthority authority, AutoCloseable server)
    implements AutoCloseable {

  private static final StatusLocations NOWHERE = new StatusLocations(Optional.empty());

  public static AuthorityUnderTest embedded(Path folder) {
    SecureRandom random = new SecureRandom();
    Clock clock = Clock.systemUTC();
    return new AuthorityUnderTest(
        new EmbeddedCertificateAuthority(
            TestCaFolder.of(folder.resolve("ca"), random, clock),
            () ->
                SecretBytes.owning("correct horse battery staple".getBytes(StandardCharsets.UTF_8)),
            new DeviceCertificateProfile(new CertificateLifetime(Duration.ofDays(1)), NOWHERE),
            new AnnouncedIssuers(Duration.ZERO, clock),
            random,
            clock),
        () -> {});
  }

  /** On a real server where there is one. */
  public static AuthorityUnderTest vault(Path folder) throws IOException {
    VaultPkiUnderTest vault = VaultPkiUnderTest.start(folder, NOWHERE, Clock.systemUTC());
    return new AuthorityUnderTest(vault.authority(Duration.ofDays(1), Runnable::run), vault);
  }

  public CertificateAuthority.Issued issue(byte[] request) {
    return authority.issue(
        CertificateAuthorityContract.NAME, CertificateAuthorityContract.csr(request));
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (Exception failed) {
      throw new IllegalStateException("a server under test does not end", failed);
    }
  }
}
