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
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CRLException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every certificate authority has to do, as openssl sees it; by the system's clock, since a
 * real Vault has no other.
 */
abstract class CertificateAuthorityContract {

  static final DeviceName NAME = new DeviceName(UUID.randomUUID(), UUID.randomUUID());
  static final StatusLocations LOCATIONS =
      new StatusLocations(Optional.of(URI.create("http://status.example.org")));

  private static final Duration LIFETIME = Duration.ofDays(90);

  @TempDir Path work;

  final AnnouncedIssuers announced = new AnnouncedIssuers(Duration.ZERO, Clock.systemUTC());

  /** One that signs for so long, and states {@link #LOCATIONS}. */
  abstract CertificateAuthority authority(Duration lifetime);

  /** One whose signing issuer ends before {@link #LIFETIME} is over. */
  abstract CertificateAuthority ending(Duration lifetime);

  /** Makes sure that the authority finds another issuer when it is told to. */
  abstract void prepareNextIssuer();

  void announce(X509Certificate issuer) {
    announced.sent(Map.of(AnnouncedIssuers.fingerprint(issuer), Instant.now()));
  }

  static AcceptedCsr csr(Csr csr) {
    return csr(csr.base64());
  }

  static AcceptedCsr csr(byte[] base64) {
    return ((CsrVerdict.Accepted)
            new CsrPolicy(BlockedKeys.builtIn()).judge(base64, ChannelBinding.none()))
        .csr();
  }

  @Test
  void shouldFollowTheProfileWhateverTheRequestSays() throws Exception {
    CertificateAuthority authority = authority(LIFETIME);
    AcceptedCsr csr = csr(Csr.naming("CN=somebody else,O=another"));
    Instant before = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    CertificateAuthority.Issued issued = authority.issue(NAME, csr);

    X509Certificate certificate = issued.certificate();
    X509Certificate issuer = issued.issuer();
    Instant after = Instant.now();
    assertThat(issuer).isEqualTo(authority.issuers().getFirst());
    certificate.verify(issuer.getPublicKey());
    assertThat(CertsOnlyAnswer.names(certificate, NAME.deviceId(), NAME.organisationId())).isTrue();
    assertThat(certificate.getVersion()).isEqualTo(3);
    assertThat(certificate.getPublicKey()).isEqualTo(csr.publicKey());
    assertThat(certificate.getIssuerX500Principal().getEncoded())
        .isEqualTo(issuer.getSubjectX500Principal().getEncoded());
    assertThat(certificate.getNotBefore().toInstant())
        .isBetween(before.minusSeconds(301), after.minusSeconds(299));
    assertThat(certificate.getNotAfter().toInstant())
        .isBetween(before.plus(LIFETIME), after.plus(LIFETIME));
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    assertThat(certificate.getKeyUsage())
        .containsExactly(true, false, false, false, false, false, false, false, false);
    assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    assertThat(certificate.getCriticalExtensionOIDs())
        .containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
    assertThat(certificate.getNonCriticalExtensionOIDs())
        .containsExactlyInAnyOrder(
            "2.5.29.14", "2.5.29.17", "2.5.29.35", "2.5.29.37", "2.5.29.31", "1.3.6.1.5.5.7.1.1");
    assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
    assertThat(text(certificate))
        .contains("URI:http://status.example.org/ocsp")
        .contains("URI:http://status.example.org/crl/" + IssuerKey.hash(issuer) + ".crl");
  }

  /**
   * Of fifty numbers of 128 random bits none has its top bit once in 2^50 (10^15) runs; with fewer
   * bits, none ever has.
   */
  @Test
  void shouldDrawSerialNumbersOf128BitsAtLeast() {
    CertificateAuthority authority = authority(LIFETIME);
    AcceptedCsr csr = csr(Csr.naming("CN=x"));
    Set<BigInteger> serials = new HashSet<>();

    int longest = 0;
    for (int i = 0; i < 50; i++) {
      BigInteger serial = authority.issue(NAME, csr).certificate().getSerialNumber();
      serials.add(serial);
      assertThat(serial.signum()).isPositive();
      longest = Math.max(longest, serial.bitLength());
    }

    assertThat(serials).hasSize(50);
    assertThat(longest).isBetween(128, 159);
  }

  @Test
  void shouldNotOutliveTheIssuer() {
    CertificateAuthority authority = ending(LIFETIME);

    CertificateAuthority.Issued issued = authority.issue(NAME, csr(Csr.naming("CN=x")));

    assertThat(issued.certificate().getNotAfter()).isEqualTo(issued.issuer().getNotAfter());
  }

  @Test
  void shouldPassOpensslVerifyForEachKindOfKey() throws IOException {
    CertificateAuthority authority = authority(Duration.ofHours(1));
    writeChain(authority);
    List<Csr> requests =
        List.of(
            Csr.naming("CN=x"),
            Csr.of(Csr.ec("secp384r1")),
            Csr.of(Csr.generate("RSA", 2048)),
            Csr.of(Csr.generate("Ed25519", 255)));

    for (Csr request : requests) {
      Command verified =
          verify(authority.issue(NAME, csr(request)).certificate(), "-purpose sslclient");
      assertThat(verified.status()).as(verified.output()).isZero();
    }
  }

  @Test
  void shouldBeRefusedByOpensslForAServer() throws IOException {
    CertificateAuthority authority = authority(Duration.ofHours(1));
    writeChain(authority);

    Command verified =
        verify(authority.issue(NAME, csr(Csr.naming("CN=x"))).certificate(), "-purpose sslserver");

    assertThat(verified.status()).isNotZero();
    assertThat(verified.output()).contains("unsuitable certificate purpose");
  }

  @Test
  void shouldLetAKeySignStatusAndNothingElse() throws Exception {
    CertificateAuthority authority = authority(LIFETIME);
    writeChain(authority);
    X509Certificate issuer = authority.issuers().getFirst();
    Csr keys = Csr.of(Csr.ec("secp256r1"));

    X509Certificate signer = authority.issueStatusSigner(issuer, keys.keys());

    assertThat(signer.getPublicKey()).isEqualTo(keys.keys().getPublic());
    assertThat(signer.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.9");
    assertThat(signer.getCriticalExtensionOIDs()).contains("2.5.29.37", "2.5.29.15");
    assertThat(signer.getNonCriticalExtensionOIDs()).contains("1.3.6.1.5.5.7.48.1.5");
    assertThat(signer.getBasicConstraints()).isEqualTo(-1);
    assertThat(Duration.between(Instant.now(), signer.getNotAfter().toInstant()))
        .isBetween(Duration.ofDays(7).minusMinutes(1), Duration.ofDays(7));
    assertThat(verify(signer, "-purpose ocsphelper").status()).isZero();
    assertThat(verify(signer, "-purpose sslclient").status()).isNotZero();
  }

  @Test
  void shouldSignAListThatOpensslAcceptsAndActsOn() throws Exception {
    CertificateAuthority authority = authority(LIFETIME);
    writeChain(authority);
    CertificateAuthority.Issued bad = authority.issue(NAME, csr(Csr.naming("CN=x")));
    CertificateAuthority.Issued good = authority.issue(NAME, csr(Csr.naming("CN=x")));
    Instant revokedAt = Instant.parse("2026-10-01T10:20:30.456Z");
    Instant now = Instant.now();

    X509CRL list =
        authority.signRevocations(
            bad.issuer(),
            new RevocationList(
                BigInteger.valueOf(4711),
                now,
                now.plus(Duration.ofDays(1)),
                LOCATIONS.crl(bad.issuer()),
                List.of(
                    new RevocationList.Entry(bad.certificate().getSerialNumber(), revokedAt, 1),
                    new RevocationList.Entry(BigInteger.valueOf(0xabc), revokedAt, 6),
                    new RevocationList.Entry(BigInteger.TEN, revokedAt, 0))));

    write("list.der", list);
    Command read = openssl("crl -inform DER -in list.der -CAfile all.pem -text -noout");
    assertThat(read.output())
        .contains("verify OK")
        .contains("X509v3 Issuing Distribution Point: critical")
        .contains("Only User Certificates")
        .contains("URI:http://status.example.org/crl/")
        .contains("4711")
        .contains("Key Compromise")
        .contains("Certificate Hold")
        .contains("Oct  1 10:20:30 2026 GMT");
    assertThat(list.getRevokedCertificates()).hasSize(3);
    assertThat(list.getRevokedCertificate(BigInteger.TEN).getRevocationReason()).isNull();
    assertThat(Duration.between(list.getThisUpdate().toInstant(), list.getNextUpdate().toInstant()))
        .isEqualTo(Duration.ofDays(1));
    openssl("crl -inform DER -in list.der -out list.pem");
    assertThat(verify(bad.certificate(), "-crl_check -CRLfile list.pem").output())
        .contains("certificate revoked");
    Command verified = verify(good.certificate(), "-crl_check -CRLfile list.pem");
    assertThat(verified.status()).as(verified.output()).isZero();
  }

  @Test
  void shouldSignAnEmptyList() throws Exception {
    CertificateAuthority authority = authority(LIFETIME);
    Instant now = Instant.now();

    X509CRL list =
        authority.signRevocations(
            authority.issuers().getFirst(),
            new RevocationList(
                BigInteger.ONE, now, now.plusSeconds(3600), Optional.empty(), List.of()));

    list.verify(authority.issuers().getFirst().getPublicKey());
    assertThat(list.getRevokedCertificates()).isNull();
  }

  @Test
  void shouldNotSignForAnIssuerOfAnother() {
    CertificateAuthority authority = authority(LIFETIME);
    X509Certificate stranger = authority.trustChain().getLast();
    assertThat(authority.issuers()).doesNotContain(stranger);

    assertThatThrownBy(
            () -> authority.issueStatusSigner(stranger, Csr.of(Csr.ec("secp256r1")).keys()))
        .isInstanceOf(CertificateAuthorityException.class);
  }

  /** Two issuing CAs overlap: what the first signed stays good, and who renews moves. */
  @Test
  void shouldSignWithTheNextIssuerAndKeepTheFirst() throws Exception {
    CertificateAuthority authority = authority(LIFETIME);
    CertificateAuthority.Issued before = authority.issue(NAME, csr(Csr.naming("CN=x")));
    prepareNextIssuer();

    NextIssuer next = authority.introduceIssuer();

    X509Certificate newest = ((NextIssuer.Introduced) next).certificate();
    assertThat(authority.issue(NAME, csr(Csr.naming("CN=x"))).issuer()).isEqualTo(before.issuer());
    assertThat(authority.issuers()).startsWith(before.issuer()).contains(newest);
    announce(newest);
    CertificateAuthority.Issued after = authority.issue(NAME, csr(Csr.naming("CN=x")));
    assertThat(after.issuer()).isEqualTo(newest).isNotEqualTo(before.issuer());
    assertThat(authority.issuers()).startsWith(newest).contains(before.issuer());
    writeChain(authority);
    for (CertificateAuthority.Issued issued : List.of(before, after)) {
      Command verified = verify(issued.certificate(), "-purpose sslclient");
      assertThat(verified.status()).as(verified.output()).isZero();
    }
    Instant now = Instant.now();
    for (X509Certificate issuer : List.of(before.issuer(), newest)) {
      authority
          .signRevocations(
              issuer,
              new RevocationList(
                  BigInteger.ONE, now, now.plusSeconds(3600), Optional.empty(), List.of()))
          .verify(issuer.getPublicKey());
      authority
          .issueStatusSigner(issuer, Csr.of(Csr.ec("secp256r1")).keys())
          .verify(issuer.getPublicKey());
    }
  }

  @Test
  void shouldTakeUpWhatAnotherInstanceIntroducedAndMakeNothing() {
    CertificateAuthority authority = authority(LIFETIME);
    CertificateAuthority another = authority(LIFETIME);
    List<X509Certificate> before = authority.issuers();
    authority.takeUpIssuers();
    assertThat(authority.issuers()).isEqualTo(before);
    prepareNextIssuer();
    X509Certificate next = ((NextIssuer.Introduced) another.introduceIssuer()).certificate();

    authority.takeUpIssuers();
    authority.takeUpIssuers();

    assertThat(authority.issuers()).hasSize(before.size() + 1).containsAll(before).contains(next);
    announce(next);
    assertThat(authority.issue(NAME, csr(Csr.naming("CN=x"))).issuer()).isEqualTo(next);
  }

  /** {@code root.pem}, {@code issuers.pem}, and both in {@code all.pem}. */
  private void writeChain(CertificateAuthority authority) throws IOException {
    X509Certificate root = authority.trustChain().getLast();
    StringBuilder issuers = new StringBuilder();
    authority.issuers().forEach(issuer -> issuers.append(CertificatePem.write(issuer)));
    Files.writeString(work.resolve("root.pem"), CertificatePem.write(root));
    Files.writeString(work.resolve("issuers.pem"), issuers);
    Files.writeString(work.resolve("all.pem"), issuers + CertificatePem.write(root));
  }

  private Command verify(X509Certificate certificate, String options) throws IOException {
    Files.writeString(work.resolve("one.pem"), CertificatePem.write(certificate));
    return openssl(
        "verify -x509_strict " + options + " -CAfile root.pem -untrusted issuers.pem one.pem");
  }

  private String text(X509Certificate certificate) throws IOException {
    Files.writeString(work.resolve("one.pem"), CertificatePem.write(certificate));
    return openssl("x509 -in one.pem -noout -text").output();
  }

  private void write(String name, X509CRL list) throws IOException, CRLException {
    Files.write(work.resolve(name), list.getEncoded());
  }

  private Command openssl(String words) {
    return Command.run(work, ("openssl " + words).split(" "));
  }
}
