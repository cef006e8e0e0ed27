package io.pulsewarden.registry.ca;

import io.pulsewarden.registry.csr.AcceptedCsr;
import io.pulsewarden.secret.SecretBytes;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Signs in this process, with issuing keys from {@link CaFolder}. Thread-safe. */
final class EmbeddedCertificateAuthority implements CertificateAuthority {

  private static final String ALGORITHM = "SHA256withECDSA";

  private final CaFolder folder;
  private final Supplier<SecretBytes> passphrase;
  private final DeviceCertificateProfile profile;
  private final AnnouncedIssuers announced;
  private final SerialNumbers serials;
  private final Clock clock;
  private volatile CaFolder.Opened ca;

  /**
   * Opens the folder, or makes it.
   *
   * @param passphrase read when keys are, and closed after it
   */
  EmbeddedCertificateAuthority(
      CaFolder folder,
      Supplier<SecretBytes> passphrase,
      DeviceCertificateProfile profile,
      AnnouncedIssuers announced,
      SecureRandom random,
      Clock clock) {
    this.folder = folder;
    this.passphrase = passphrase;
    this.profile = profile;
    this.announced = announced;
    this.serials = new SerialNumbers(random);
    this.clock = clock;
    try (SecretBytes secret = passphrase.get()) {
      this.ca = folder.open(secret);
    }
  }

  @Override
  public Issued issue(DeviceName name, AcceptedCsr csr) {
    CaCertificates.Authority issuer = signing();
    try {
      return new Issued(
          sign(
              issuer,
              profile.build(
                  issuer.certificate(), serials.next(), clock.instant(), name, csr.publicKey())),
          issuer.certificate());
    } catch (GeneralSecurityException | OperatorCreationException | IOException failed) {
      throw new CertificateAuthorityException("the embedded CA could not sign", failed);
    }
  }

  @Override
  public X509Certificate issueStatusSigner(X509Certificate issuer, KeyPair keys) {
    try {
      return sign(
          authority(issuer),
          StatusSignerProfile.build(issuer, serials.next(), clock.instant(), keys.getPublic()));
    } catch (GeneralSecurityException | OperatorCreationException | IOException failed) {
      throw new CertificateAuthorityException("the embedded CA could not sign", failed);
    }
  }

  @Override
  public X509CRL signRevocations(X509Certificate issuer, RevocationList list) {
    try {
      return new JcaX509CRLConverter()
          .getCRL(RevocationListProfile.build(issuer, list).build(signer(authority(issuer))));
    } catch (GeneralSecurityException | OperatorCreationException | IOException failed) {
      throw new CertificateAuthorityException("the embedded CA could not sign a list", failed);
    }
  }

  /** Takes the issuing CA that somebody laid into the folder, or else makes one. */
  @Override
  public synchronized NextIssuer introduceIssuer() {
    try (SecretBytes secret = passphrase.get()) {
      CaFolder.Opened found = folder.open(secret, ca.issuing());
      if (found.issuing().size() > ca.issuing().size()) {
        ca = found;
        return new NextIssuer.Introduced(found.newest().certificate());
      }
      Optional<CaFolder.Opened> added = folder.addIssuing(secret, found.issuing());
      if (added.isEmpty()) {
        return new NextIssuer.RootOffline();
      }
      ca = added.get();
      return new NextIssuer.Introduced(ca.newest().certificate());
    }
  }

  /** What is in hand stays where the folder can't be read, or has less. */
  @Override
  public synchronized void takeUpIssuers() {
    try (SecretBytes secret = passphrase.get()) {
      CaFolder.Opened found = folder.open(secret, ca.issuing());
      if (found.issuing().size() > ca.issuing().size()) {
        ca = found;
      }
    }
  }

  @Override
  public List<X509Certificate> issuers() {
    X509Certificate signing = signing().certificate();
    return Stream.concat(
            Stream.of(signing),
            usable().stream()
                .map(CaCertificates.Authority::certificate)
                .filter(issuer -> !issuer.equals(signing)))
        .toList();
  }

  private CaCertificates.Authority signing() {
    return announced.choose(usable(), CaCertificates.Authority::certificate);
  }

  /** Those that have not expired, the newest first; the newest, if all have. */
  private List<CaCertificates.Authority> usable() {
    CaFolder.Opened now = ca;
    Instant time = clock.instant();
    List<CaCertificates.Authority> usable =
        now.issuing().stream()
            .filter(issuer -> issuer.certificate().getNotAfter().toInstant().isAfter(time))
            .toList();
    return usable.isEmpty() ? List.of(now.newest()) : usable;
  }

  @Override
  public List<X509Certificate> trustChain() {
    return Stream.concat(issuers().stream(), Stream.of(ca.root())).toList();
  }

  private CaCertificates.Authority authority(X509Certificate issuer) {
    return ca.issuing().stream()
        .filter(authority -> authority.certificate().equals(issuer))
        .findFirst()
        .orElseThrow(() -> new CertificateAuthorityException("not an issuer of this CA"));
  }

  private static X509Certificate sign(
      CaCertificates.Authority issuer, X509v3CertificateBuilder unsigned)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter().getCertificate(unsigned.build(signer(issuer)));
  }

  private static ContentSigner signer(CaCertificates.Authority issuer)
      throws OperatorCreationException {
    return new JcaContentSignerBuilder(ALGORITHM).build(issuer.key());
  }
}
