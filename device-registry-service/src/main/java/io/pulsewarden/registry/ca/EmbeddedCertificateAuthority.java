package io.pulsewarden.registry.ca;

import io.pulsewarden.registry.csr.AcceptedCsr;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Signs in this process, with an issuing key from {@link CaFolder}. Thread-safe. */
final class EmbeddedCertificateAuthority implements CertificateAuthority {

  private final CaCertificates.Authority issuing;
  private final X509Certificate root;
  private final DeviceCertificateProfile profile;
  private final SerialNumbers serials;
  private final Clock clock;

  EmbeddedCertificateAuthority(
      CaFolder.Opened ca, CertificateLifetime lifetime, SecureRandom random, Clock clock) {
    this.issuing = ca.issuing();
    this.root = ca.root();
    this.profile = new DeviceCertificateProfile(lifetime);
    this.serials = new SerialNumbers(random);
    this.clock = clock;
  }

  @Override
  public X509Certificate issue(DeviceName name, AcceptedCsr csr) {
    try {
      X509v3CertificateBuilder unsigned =
          profile.build(
              issuing.certificate(), serials.next(), clock.instant(), name, csr.publicKey());
      return new JcaX509CertificateConverter()
          .getCertificate(
              unsigned.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuing.key())));
    } catch (GeneralSecurityException | OperatorCreationException | IOException failed) {
      throw new CertificateAuthorityException("the embedded CA could not sign", failed);
    }
  }

  @Override
  public List<X509Certificate> issuers() {
    return List.of(issuing.certificate());
  }

  @Override
  public List<X509Certificate> trustChain() {
    return List.of(issuing.certificate(), root);
  }
}
