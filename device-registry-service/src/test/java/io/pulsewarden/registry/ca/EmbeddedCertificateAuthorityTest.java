package io.pulsewarden.registry.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.registry.testing.Command;
import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbeddedCertificateAuthorityTest extends CertificateAuthorityContract {

  private static final Clock CLOCK = Clock.systemUTC();
  private static final String PASSPHRASE = "correct horse battery staple";

  private final SecureRandom random = new SecureRandom();

  private Path folder;
  private Path ca;
  private CaFolder.Opened opened;

  @BeforeAll
  void setUp(@TempDir Path shared) {
    folder = shared;
    ca = folder.resolve("ca");
    opened = open(PASSPHRASE);
  }

  private CaFolder.Opened open(String passphrase) {
    try (SecretBytes secret = SecretBytes.owning(passphrase.getBytes(StandardCharsets.UTF_8))) {
      return TestCaFolder.of(ca, random, CLOCK).open(secret);
    }
  }

  private CertificateAuthority authority(Duration lifetime, Clock clock) {
    Path own = work.resolve("ca");
    try {
      if (Files.notExists(own)) {
        copy(Files.createDirectory(own), "root.crt", "root.key", "issuing.crt", "issuing.key");
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return new EmbeddedCertificateAuthority(
        TestCaFolder.of(own, random, clock),
        () -> SecretBytes.owning(PASSPHRASE.getBytes(StandardCharsets.UTF_8)),
        new DeviceCertificateProfile(new CertificateLifetime(lifetime), LOCATIONS),
        announced,
        random,
        clock);
  }

  @Override
  CertificateAuthority authority(Duration lifetime) {
    return authority(lifetime, CLOCK);
  }

  @Override
  CertificateAuthority ending(Duration lifetime) {
    Instant end = opened.newest().certificate().getNotAfter().toInstant().minusSeconds(3600);
    return authority(lifetime, Clock.fixed(end, ZoneOffset.UTC));
  }

  @Override
  void prepareNextIssuer() {
    // The root's key is in the folder: it makes one.
  }

  @Test
  void shouldOpenWhatItMade() {
    assertThat(open(PASSPHRASE).issuing()).isEqualTo(opened.issuing());
    assertThat(open(PASSPHRASE).root()).isEqualTo(opened.root());
  }

  @Test
  void shouldRefuseAnotherPassphrase() {
    assertThatThrownBy(() -> open("another passphrase"))
        .isInstanceOf(CertificateAuthorityException.class)
        .hasMessageContaining("another passphrase, or a damaged file");
  }

  @Test
  void shouldEncryptItsKeysSoThatOpensslReadsThem() throws IOException {
    for (String name : List.of("root.key", "issuing.key")) {
      assertThat(Files.readString(ca.resolve(name)))
          .startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ca.resolve(name))))
          .isEqualTo("rw-------");
      Command read =
          Command.run(
              ca, "openssl", "pkey", "-in", name, "-noout", "-passin", "pass:" + PASSPHRASE);
      assertThat(read.status()).as(read.output()).isZero();
    }
  }

  @Test
  void shouldLeaveNoDraftBehind() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith("ca.new-"));
    }
  }

  @Test
  void shouldGoOnWithoutTheRootsKey(@TempDir Path other) throws IOException {
    copy(other, "root.crt", "issuing.crt", "issuing.key");

    try (SecretBytes secret = SecretBytes.owning(PASSPHRASE.getBytes(StandardCharsets.UTF_8))) {
      CaFolder.Opened reopened = TestCaFolder.of(other, random, CLOCK).open(secret);
      assertThat(reopened.issuing()).isEqualTo(opened.issuing());
    }
  }

  @Test
  void shouldNotMakeANewAuthorityOverAHalfOne(@TempDir Path other) throws IOException {
    copy(other, "root.crt", "issuing.crt");

    try (SecretBytes secret = SecretBytes.owning(PASSPHRASE.getBytes(StandardCharsets.UTF_8))) {
      CaFolder half = TestCaFolder.of(other, random, CLOCK);
      assertThatThrownBy(() -> half.open(secret)).isInstanceOf(CertificateAuthorityException.class);
    }
    assertThat(other.resolve("issuing.key")).doesNotExist();
  }

  @Test
  void shouldRefuseFilesThatDoNotBelongTogether(@TempDir Path other) throws IOException {
    copy(other, "root.crt", "issuing.crt");
    CaCertificates certificates = new CaCertificates(random);
    try (SecretBytes secret = SecretBytes.owning(PASSPHRASE.getBytes(StandardCharsets.UTF_8))) {
      CaCertificates.Authority stranger =
          certificates.newIssuing(certificates.newRoot(CLOCK.instant()), CLOCK.instant());
      Files.writeString(
          other.resolve("issuing.key"), KeyFile.encrypt(stranger.key(), secret, 1_000));
      CaFolder mixed = TestCaFolder.of(other, random, CLOCK);

      assertThatThrownBy(() -> mixed.open(secret))
          .isInstanceOf(CertificateAuthorityException.class)
          .hasMessageContaining("is not the key of");
      Files.writeString(other.resolve("issuing.crt"), CertificatePem.write(stranger.certificate()));
      assertThatThrownBy(() -> mixed.open(secret))
          .isInstanceOf(CertificateAuthorityException.class)
          .hasMessageContaining("did not sign");
    }
  }

  @Test
  void shouldTakeTheIssuerThatWasLaidDownWhereTheRootIsOffline(
      @TempDir Path offline, @TempDir Path online) throws IOException {
    copy(offline, "root.crt", "root.key", "issuing.crt", "issuing.key");
    copy(online, "root.crt", "issuing.crt", "issuing.key");
    CertificateAuthority authority = of(online);
    assertThat(authority.introduceIssuer()).isEqualTo(new NextIssuer.RootOffline());
    X509Certificate made = ((NextIssuer.Introduced) of(offline).introduceIssuer()).certificate();

    Files.copy(offline.resolve("issuing-2.key"), online.resolve("issuing-2.key"));
    Files.copy(offline.resolve("issuing-2.crt"), online.resolve("issuing-2.crt"));

    assertThat(authority.introduceIssuer()).isEqualTo(new NextIssuer.Introduced(made));
    announce(made);
    assertThat(authority.issue(NAME, csr(Csr.naming("CN=x"))).issuer()).isEqualTo(made);
  }

  /** What a crash between the two files of a new issuing CA leaves behind. */
  @Test
  void shouldIgnoreAndReplaceAKeyWithoutACertificate(@TempDir Path other) throws IOException {
    copy(other, "root.crt", "root.key", "issuing.crt", "issuing.key");
    Files.writeString(other.resolve("issuing-2.key"), "half a key");
    Files.writeString(other.resolve("issuing-2.crt.new"), "half a certificate");
    CertificateAuthority authority = of(other);

    assertThat(authority.issuers()).hasSize(1);
    assertThat(authority.introduceIssuer()).isInstanceOf(NextIssuer.Introduced.class);
    assertThat(of(other).issuers()).hasSize(2);
  }

  private CertificateAuthority of(Path other) {
    return new EmbeddedCertificateAuthority(
        TestCaFolder.of(other, random, CLOCK),
        () -> SecretBytes.owning(PASSPHRASE.getBytes(StandardCharsets.UTF_8)),
        new DeviceCertificateProfile(
            new CertificateLifetime(Duration.ofDays(1)), new StatusLocations(Optional.empty())),
        announced,
        random,
        CLOCK);
  }

  private void copy(Path other, String... names) throws IOException {
    for (String name : names) {
      Files.copy(ca.resolve(name), other.resolve(name));
    }
  }
}
