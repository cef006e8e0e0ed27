package io.pulsewarden.registry.status;

import io.pulsewarden.registry.ca.CertificateAuthority;
import io.pulsewarden.registry.ca.CertificateAuthorityException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * The keys that sign OCSP answers: one for each issuer, made in this process and never stored, with
 * a certificate of a week, replaced in the background two days before its end. Thread-safe.
 */
@ApplicationScoped
class StatusSigners {

  private static final System.Logger LOG = System.getLogger(StatusSigners.class.getName());

  private static final Duration RENEWED_BEFORE = Duration.ofDays(2);

  /** While no new one can be had, the authority is not asked with each question. */
  private static final Duration ASKED_AGAIN = Duration.ofMinutes(1);

  private final CertificateAuthority authority;
  private final Clock clock;
  private final Executor background;
  private final Map<X509Certificate, Kept> signers = new ConcurrentHashMap<>();
  private final Map<X509Certificate, CompletableFuture<Signer>> making = new ConcurrentHashMap<>();

  @Inject
  StatusSigners(CertificateAuthority authority, Clock clock) {
    this(authority, clock, Thread::startVirtualThread);
  }

  StatusSigners(CertificateAuthority authority, Clock clock, Executor background) {
    this.authority = authority;
    this.clock = clock;
    this.background = background;
  }

  /** A key and the certificate that lets it speak for an issuer. */
  record Signer(X509Certificate certificate, PrivateKey key) {

    Instant end() {
      return certificate.getNotAfter().toInstant();
    }
  }

  private record Kept(Signer signer, Instant replaceAt) {}

  /** One that holds, without waiting for the authority. */
  Optional<Signer> atHand(X509Certificate issuer) {
    Instant now = clock.instant();
    Kept kept = signers.get(issuer);
    if (kept == null || !now.isBefore(kept.signer().end())) {
      return Optional.empty();
    }
    if (!now.isBefore(kept.replaceAt())
        && signers.replace(issuer, kept, new Kept(kept.signer(), now.plus(ASKED_AGAIN)))) {
      background.execute(() -> replace(issuer));
    }
    return Optional.of(kept.signer());
  }

  /**
   * The same, or a new one if there is none. Blocks while the authority is asked: whoever comes
   * meanwhile waits for the same answer, and does not ask again.
   *
   * @throws CertificateAuthorityException if there is none that still holds and none can be had
   */
  Signer of(X509Certificate issuer) {
    return atHand(issuer).orElseGet(() -> made(issuer));
  }

  private Signer made(X509Certificate issuer) {
    CompletableFuture<Signer> mine = new CompletableFuture<>();
    CompletableFuture<Signer> first = making.putIfAbsent(issuer, mine);
    if (first != null) {
      return made(first);
    }
    try {
      mine.complete(keep(issuer, create(issuer)));
    } catch (RuntimeException | Error failed) {
      mine.completeExceptionally(failed);
    } finally {
      making.remove(issuer, mine);
    }
    return made(mine);
  }

  private static Signer made(CompletableFuture<Signer> flight) {
    try {
      return flight.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof CertificateAuthorityException away) {
        throw away;
      }
      throw failed;
    }
  }

  private void replace(X509Certificate issuer) {
    try {
      keep(issuer, create(issuer));
    } catch (CertificateAuthorityException away) {
      // What is there still holds, and in a minute somebody asks again.
      LOG.log(System.Logger.Level.WARNING, "no new OCSP signer: reason={0}", away.reason().code());
    }
  }

  private Signer keep(X509Certificate issuer, Signer fresh) {
    Instant due = fresh.end().minus(RENEWED_BEFORE);
    Instant soonest = clock.instant().plus(ASKED_AGAIN);
    // The certificate ends with its issuer, which may be soon.
    signers.put(issuer, new Kept(fresh, due.isAfter(soonest) ? due : soonest));
    return fresh;
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
