package io.pulsewarden.registry.status;

import io.pulsewarden.registry.ca.CertificateAuthority;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys that sign OCSP answers: one for each issuer, made in this process and never stored, with
 * a certificate of a week. Thread-safe; the first call for an issuer has one signed, so it is not
 * for event loops.
 */
@ApplicationScoped
class StatusSigners {

  private static final Duration RENEWED_BEFORE = Duration.ofDays(2);

  private final CertificateAuthority authority;
  private final Clock clock;
  private final Map<X509Certificate, Signer> signers = new ConcurrentHashMap<>();

  StatusSigners(CertificateAuthority authority, Clock clock) {
    this.authority = authority;
    this.clock = clock;
  }

  /** A key and the certificate that lets it speak for an issuer. */
  record Signer(X509Certificate certificate, PrivateKey key) {}

  Signer of(X509Certificate issuer) {
    return signers.compute(
        issuer, (ca, present) -> present == null || isOld(present) ? create(ca) : present);
  }

  private boolean isOld(Signer signer) {
    return signer
        .certificate()
        .getNotAfter()
        .toInstant()
        .minus(RENEWED_BEFORE)
        .isBefore(clock.instant());
  }

  private Signer create(X509Certificate issuer) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair keys = generator.generateKeyPair();
      return new Signer(authority.issueStatusSigner(issuer, keys), keys.getPrivate());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has P-256", impossible);
    }
  }
}
