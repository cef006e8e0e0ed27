package io.pulsewarden.registry.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.registry.csr.AcceptedCsr;
import io.pulsewarden.registry.csr.BlockedKeys;
import io.pulsewarden.registry.csr.ChannelBinding;
import io.pulsewarden.registry.csr.CsrPolicy;
import io.pulsewarden.registry.csr.CsrVerdict;
import io.pulsewarden.registry.testing.CertsOnlyAnswer;
import io.pulsewarden.registry.testing.Command;
import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.secret.SecretBytes;
import java.io.IOException;
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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbeddedCertificateAuthorityTest {

  private static final Clock CLOCK = Clock.systemUTC();
  private static final String PASSPHRASE = "correct horse battery staple";
  private static final DeviceName NAME = new DeviceName(UUID.randomUUID(), UUID.randomUUID());

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
      return new CaFolder(ca, random, CLOCK).open(secret);
    }
  }

  private CertificateAuthority authority(Duration lifetime, Clock clock) {
    return new EmbeddedCertificateAuthority(
        new CaFolder(ca, random, clock),
        () -> SecretBytes.owning(PASSPHRASE.getBytes(StandardCharsets.UTF_8)),
        new DeviceCertificateProfile(
            new CertificateLifetime(lifetime), new StatusLocations(Optional.empty())),
        random,
        clock);
  }

  private static AcceptedCsr csr(Csr csr) {
    return ((CsrVerdict.Accepted)
            new CsrPolicy(BlockedKeys.builtIn()).judge(csr.base64(), ChannelBinding.none()))
        .csr();
  }

  @Test
  void shouldFollowTheProfile() throws Exception {
    Instant now = Instant.parse("2026-11-23T12:00:00Z");
    AcceptedCsr csr = csr(Csr.naming("CN=somebody else,O=another"));

    X509Certificate certificate =
        authority(Duration.ofDays(90), Clock.fixed(now, ZoneOffset.UTC))
            .issue(NAME, csr)
            .certificate();

    assertThat(CertsOnlyAnswer.names(certificate, NAME.deviceId(), NAME.organisationId())).isTrue();
    assertThat(certificate.getVersion()).isEqualTo(3);
    assertThat(certificate.getPublicKey()).isEqualTo(csr.publicKey());
    assertThat(certificate.getIssuerX500Principal())
        .isEqualTo(opened.newest().certificate().getSubjectX500Principal());
    assertThat(certificate.getNotBefore().toInstant()).isEqualTo(now.minusSeconds(300));
    assertThat(certificate.getNotAfter().toInstant()).isEqualTo(now.plus(Duration.ofDays(90)));
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    assertThat(certificate.getKeyUsage())
        .containsExactly(true, false, false, false, false, false, false, false, false);
    assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    assertThat(certificate.getCriticalExtensionOIDs())
        .containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
    assertThat(certificate.getNonCriticalExtensionOIDs())
        .containsExactlyInAnyOrder("2.5.29.14", "2.5.29.17", "2.5.29.35", "2.5.29.37");
    assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
  }

  @Test
  void shouldDrawSerialNumbersOf128Bits() {
    CertificateAuthority authority = authority(Duration.ofDays(1), CLOCK);
    AcceptedCsr csr = csr(Csr.naming("CN=x"));
    Set<Object> serials = new HashSet<>();

    int longest = 0;
    for (int i = 0; i < 50; i++) {
      X509Certificate certificate = authority.issue(NAME, csr).certificate();
      serials.add(certificate.getSerialNumber());
      assertThat(certificate.getSerialNumber().signum()).isPositive();
      longest = Math.max(longest, certificate.getSerialNumber().bitLength());
    }

    assertThat(serials).hasSize(50);
    assertThat(longest).isBetween(120, 128);
  }

  @Test
  void shouldNotOutliveTheIssuer() {
    Instant lastYear = opened.newest().certificate().getNotAfter().toInstant().minusSeconds(3600);

    X509Certificate certificate =
        authority(Duration.ofDays(90), Clock.fixed(lastYear, ZoneOffset.UTC))
            .issue(NAME, csr(Csr.naming("CN=x")))
            .certificate();

    assertThat(certificate.getNotAfter()).isEqualTo(opened.newest().certificate().getNotAfter());
  }

  @Test
  void shouldPassOpensslVerifyForEachKindOfKey() throws IOException {
    CertificateAuthority authority = authority(Duration.ofHours(1), CLOCK);
    Path chain = folder.resolve("chain.pem");
    Files.writeString(chain, CertificatePem.write(authority.issuers().getFirst()));
    List<Csr> requests =
        List.of(Csr.naming("CN=x"), Csr.of(Csr.ec("secp384r1")), Csr.of(Csr.generate("RSA", 2048)));

    for (Csr request : requests) {
      Files.writeString(
          folder.resolve("device.pem"),
          CertificatePem.write(authority.issue(NAME, csr(request)).certificate()));
      Command verified =
          Command.run(
              folder,
              ("openssl verify -x509_strict -purpose sslclient -CAfile ca/root.crt"
                      + " -untrusted chain.pem device.pem")
                  .split(" "));
      assertThat(verified.status()).as(verified.output()).isZero();
    }
  }

  @Test
  void shouldBeRefusedByOpensslForAServer() throws IOException {
    CertificateAuthority authority = authority(Duration.ofHours(1), CLOCK);
    Files.writeString(
        folder.resolve("server-chain.pem"), CertificatePem.write(authority.issuers().getFirst()));
    Files.writeString(
        folder.resolve("server.pem"),
        CertificatePem.write(authority.issue(NAME, csr(Csr.naming("CN=x"))).certificate()));

    Command verified =
        Command.run(
            folder,
            ("openssl verify -purpose sslserver -CAfile ca/root.crt"
                    + " -untrusted server-chain.pem server.pem")
                .split(" "));

    assertThat(verified.status()).isNotZero();
    assertThat(verified.output()).contains("unsuitable certificate purpose");
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
      CaFolder.Opened reopened = new CaFolder(other, random, CLOCK).open(secret);
      assertThat(reopened.issuing()).isEqualTo(opened.issuing());
    }
  }

  @Test
  void shouldNotMakeANewAuthorityOverAHalfOne(@TempDir Path other) throws IOException {
    copy(other, "root.crt", "issuing.crt");

    try (SecretBytes secret = SecretBytes.owning(PASSPHRASE.getBytes(StandardCharsets.UTF_8))) {
      CaFolder half = new CaFolder(other, random, CLOCK);
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
      Files.writeString(other.resolve("issuing.key"), KeyFile.encrypt(stranger.key(), secret));
      CaFolder mixed = new CaFolder(other, random, CLOCK);

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
  void shouldSignWithTheNextIssuerAndKeepTheFirst(@TempDir Path other) throws IOException {
    copy(other, "root.crt", "root.key", "issuing.crt", "issuing.key");
    CertificateAuthority authority = of(other);
    X509Certificate before = authority.issue(NAME, csr(Csr.naming("CN=x"))).certificate();

    NextIssuer next = authority.introduceIssuer();

    X509Certificate newest = ((NextIssuer.Introduced) next).certificate();
    CertificateAuthority.Issued after = authority.issue(NAME, csr(Csr.naming("CN=x")));
    assertThat(after.issuer()).isEqualTo(newest);
    assertThat(authority.issuers()).containsExactly(newest, opened.newest().certificate());
    assertThat(authority.trustChain()).hasSize(3);
    Files.writeString(
        other.resolve("issuers.pem"),
        CertificatePem.write(newest) + CertificatePem.write(opened.newest().certificate()));
    for (X509Certificate certificate : List.of(before, after.certificate())) {
      Files.writeString(other.resolve("device.pem"), CertificatePem.write(certificate));
      Command verified =
          Command.run(
              other,
              ("openssl verify -x509_strict -purpose sslclient -CAfile root.crt"
                      + " -untrusted issuers.pem device.pem")
                  .split(" "));
      assertThat(verified.status()).as(verified.output()).isZero();
    }
    assertThat(of(other).issuers()).isEqualTo(authority.issuers());
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
        new CaFolder(other, random, CLOCK),
        () -> SecretBytes.owning(PASSPHRASE.getBytes(StandardCharsets.UTF_8)),
        new DeviceCertificateProfile(
            new CertificateLifetime(Duration.ofDays(1)), new StatusLocations(Optional.empty())),
        random,
        CLOCK);
  }

  private void copy(Path other, String... names) throws IOException {
    for (String name : names) {
      Files.copy(ca.resolve(name), other.resolve(name));
    }
  }
}
