package io.pulsewarden.registry.status;

import io.pulsewarden.registry.ca.CertificateAuthority;
import io.pulsewarden.registry.ca.CertificateAuthorityException;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys that sign OCSP answers: one for each issuer, made in this process and never stored, with
 * a certificate of a week. Thread-safe; the first call for an issuer has one signed, so it is not
 * for event loops.
 */
@ApplicationScoped
class StatusSigners {

  private static final Duration RENEWED_BEFORE = Duration.ofDays(2);

  /** While no new one can be had, the authority is not asked with each question. */
  private static final Duration ASKED_AGAIN = Duration.ofMinutes(1);

  private final CertificateAuthority authority;
  private final Clock clock;
  private final Map<X509Certificate, Kept> signers = new ConcurrentHashMap<>();

  StatusSigners(CertificateAuthority authority, Clock clock) {
    this.authority = authority;
    this.clock = clock;
  }

  /** A key and the certificate that lets it speak for an issuer. */
  record Signer(X509Certificate certificate, PrivateKey key) {

    Instant end() {
      return certificate.getNotAfter().toInstant();
    }
  }

  private record Kept(Signer signer, Instant replaceAt) {}

  /**
   * The present one, if need be.
   *
   * @throws CertificateAuthorityException if there is none that still holds and none can be had
   */
  Signer of(X509Certificate issuer) {
    Instant now = clock.instant();
    Kept kept =
        signers.compute(
            issuer,
            (ca, present) ->
                present == null || !now.isBefore(present.replaceAt())
                    ? replace(ca, present, now)
                    : present);
    return kept.signer();
  }

  private Kept replace(X509Certificate issuer, @Nullable Kept present, Instant now) {
    try {
      Signer fresh = create(issuer);
      Instant due = fresh.end().minus(RENEWED_BEFORE);
      Instant soonest = now.plus(ASKED_AGAIN);
      // The certificate ends with its issuer, which may be soon.
      return new Kept(fresh, due.isAfter(soonest) ? due : soonest);
    } catch (CertificateAuthorityException away) {
      if (present != null && now.isBefore(present.signer().end())) {
        return new Kept(present.signer(), now.plus(ASKED_AGAIN));
      }
      throw away;
    }
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
