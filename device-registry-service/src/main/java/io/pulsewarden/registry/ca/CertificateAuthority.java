package io.pulsewarden.registry.ca;

import io.pulsewarden.registry.csr.AcceptedCsr;
import java.security.KeyPair;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Signs what docs/formats/certificates.md describes: device certificates, signers of OCSP answers,
 * revocation lists. Thread-safe. Implementations compute or call another server: never from an
 * event loop. Each method fails with {@link CertificateAuthorityException} if it can't sign now.
 */
public interface CertificateAuthority {

  /**
   * A certificate with the authority that signed it, since there may be several.
   *
   * @param certificate the new one
   * @param issuer one of {@link #issuers()}
   */
  record Issued(X509Certificate certificate, X509Certificate issuer) {}

  /**
   * Signs anew each time, for the key of the request and the names given. A certificate that is
   * signed and then not recorded by the registry opens nothing.
   */
  Issued issue(DeviceName name, AcceptedCsr csr);

  /**
   * Lets a key sign OCSP answers about an issuer's certificates (RFC 6960, section 4.2.2.2).
   *
   * @param keys EC P-256, of this process
   */
  X509Certificate issueStatusSigner(X509Certificate issuer, KeyPair keys);

  /** Signs a list of an issuer's revoked certificates (RFC 5280, section 5). */
  X509CRL signRevocations(X509Certificate issuer, RevocationList list);

  /** The CAs whose device certificates may be in use, the one that signs now first. */
  List<X509Certificate> issuers();

  /**
   * Takes up another issuing CA, and signs with it once it is an announced one ({@link
   * AnnouncedIssuers}). What those before it signed stays as good as it was, and devices move to
   * the new one as they renew.
   */
  NextIssuer introduceIssuer();

  /**
   * Takes up issuing CAs that another instance introduced or that somebody has laid down, if there
   * are any, and never makes one.
   */
  void takeUpIssuers();

  /** What a device needs to build its own chain: {@link #issuers()} and the roots above them. */
  List<X509Certificate> trustChain();
}
