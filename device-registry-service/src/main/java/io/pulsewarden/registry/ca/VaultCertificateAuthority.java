package io.pulsewarden.registry.ca;

import io.pulsewarden.registry.csr.AcceptedCsr;
import io.pulsewarden.vault.VaultAnswer;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.bouncycastle.cert.X509CertificateHolder;

/**
 * Signs by Vault's PKI engine, whose issuing keys never leave it; ADR 40 says which endpoint signs
 * what, and why. Each signature is compared with what we would have signed before anybody sees it.
 * Thread-safe.
 */
final class VaultCertificateAuthority implements CertificateAuthority {

  private static final Duration LOOKED_AT_AGAIN = Duration.ofMinutes(1);

  /**
   * What Vault had.
   *
   * @param at by our clock
   */
  private record Seen(VaultIssuers issuers, Instant at) {}

  private final VaultPki pki;
  private final VaultRoles roles;
  private final VaultStatusSigners signers;
  private final VaultRevocationLists lists;
  private final DeviceCertificateProfile profile;
  private final AnnouncedIssuers announced;
  private final Executor background;
  private final Clock clock;
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile Seen seen;

  /**
   * Asks Vault for its issuers.
   *
   * @param background where they are asked for again
   * @throws CertificateAuthorityException if Vault can't be asked
   */
  VaultCertificateAuthority(
      VaultPki pki,
      DeviceCertificateProfile profile,
      AnnouncedIssuers announced,
      Executor background,
      Clock clock) {
    this.pki = pki;
    this.roles = new VaultRoles(pki);
    this.signers = new VaultStatusSigners(pki);
    this.lists = new VaultRevocationLists(pki);
    this.profile = profile;
    this.announced = announced;
    this.background = background;
    this.clock = clock;
    this.seen = new Seen(VaultIssuers.read(pki), clock.instant());
  }

  @Override
  public Issued issue(DeviceName name, AcceptedCsr csr) {
    VaultIssuers.Issuer issuer = signing();
    X509CertificateHolder expected = expected(issuer.certificate(), name, csr);
    VaultAnswer answer = sign(issuer, name, csr, expected.getNotAfter().toInstant());
    if (answer.isBadRequest() && roles.forget(name.organisationId())) {
      // Perhaps the role is gone, with a restored Vault; if not, the second answer is the same.
      answer = sign(issuer, name, csr, expected.getNotAfter().toInstant());
    }
    X509Certificate signed =
        VaultPki.certificate(VaultPki.text(VaultPki.data(answer), "certificate"));
    try {
      new ProfileCheck(issuer.certificate(), expected).requireSame(signed);
    } catch (CertificateAuthorityException different) {
      roles.forget(name.organisationId());
      throw different;
    }
    return new Issued(signed, issuer.certificate());
  }

  private VaultAnswer sign(
      VaultIssuers.Issuer issuer, DeviceName name, AcceptedCsr csr, Instant notAfter) {
    return pki.write(
        "issuer/" + issuer.id() + "/sign/" + roles.of(name.organisationId()),
        Map.of(
            "csr",
            RequestPem.write(csr.der()),
            "common_name",
            name.deviceId().toString(),
            "uri_sans",
            "urn:uuid:" + name.deviceId(),
            "exclude_cn_from_sans",
            true,
            "not_after",
            notAfter.truncatedTo(ChronoUnit.SECONDS).toString()));
  }

  private X509CertificateHolder expected(X509Certificate issuer, DeviceName name, AcceptedCsr csr) {
    try {
      return profile
          .build(issuer, BigInteger.ONE, clock.instant(), name, csr.publicKey())
          .build(new Unsigned());
    } catch (GeneralSecurityException | IOException failed) {
      throw new CertificateAuthorityException("a certificate can't be described", failed);
    }
  }

  @Override
  public X509Certificate issueStatusSigner(X509Certificate issuer, KeyPair keys) {
    return signers.issue(find(issuer), keys, clock.instant());
  }

  @Override
  public X509CRL signRevocations(X509Certificate issuer, RevocationList list) {
    return lists.sign(find(issuer), list);
  }

  /** From memory; after a minute Vault is asked again, and until it answers this stays. */
  @Override
  public List<X509Certificate> issuers() {
    Instant now = clock.instant();
    Seen known = seen;
    if (now.isAfter(known.at().plus(LOOKED_AT_AGAIN)) && looking.compareAndSet(false, true)) {
      background.execute(this::lookAgain);
    }
    X509Certificate signing = signing().certificate();
    return Stream.concat(
            Stream.of(signing),
            known.issuers().issuing().stream()
                .map(VaultIssuers.Issuer::certificate)
                .filter(issuer -> !issuer.equals(signing)))
        .filter(issuer -> issuer.getNotAfter().toInstant().isAfter(now))
        .toList();
  }

  /** Vault's default, once it is announced; until then the one before it. */
  private VaultIssuers.Issuer signing() {
    Instant now = clock.instant();
    VaultIssuers known = seen.issuers();
    List<VaultIssuers.Issuer> usable =
        known.issuing().stream()
            .filter(issuer -> issuer.certificate().getNotAfter().toInstant().isAfter(now))
            .toList();
    return usable.isEmpty()
        ? known.signing()
        : announced.choose(usable, VaultIssuers.Issuer::certificate);
  }

  private void lookAgain() {
    Seen before = seen;
    try {
      seen = new Seen(VaultIssuers.read(pki), clock.instant());
    } catch (CertificateAuthorityException away) {
      // What was there is still there; whoever signs will say that Vault is away.
      seen = new Seen(before.issuers(), clock.instant());
    } finally {
      looking.set(false);
    }
  }

  @Override
  public NextIssuer introduceIssuer() {
    X509Certificate before = seen.issuers().signing().certificate();
    VaultIssuers found = VaultIssuers.read(pki);
    seen = new Seen(found, clock.instant());
    X509Certificate signing = found.signing().certificate();
    return signing.equals(before) ? new NextIssuer.Unchanged() : new NextIssuer.Introduced(signing);
  }

  @Override
  public void takeUpIssuers() {
    seen = new Seen(VaultIssuers.read(pki), clock.instant());
  }

  @Override
  public List<X509Certificate> trustChain() {
    return Stream.concat(issuers().stream(), seen.issuers().roots().stream()).toList();
  }

  private VaultIssuers.Issuer find(X509Certificate issuer) {
    return seen.issuers().issuing().stream()
        .filter(known -> known.certificate().equals(issuer))
        .findFirst()
        .orElseThrow(() -> new CertificateAuthorityException("not an issuer of this CA"));
  }
}
