package io.pulsewarden.registry.ca;

import io.pulsewarden.registry.csr.AcceptedCsr;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Signs device certificates after the profile of docs/formats/certificates.md. Thread-safe.
 * Implementations compute or call another server: never from an event loop.
 */
public interface CertificateAuthority {

  /**
   * Signs anew each time, for the key of the request and the names given. A certificate that is
   * signed and then not recorded by the registry opens nothing.
   *
   * @throws CertificateAuthorityException if it can't sign now
   */
  X509Certificate issue(DeviceName name, AcceptedCsr csr);

  /** The CAs whose device certificates may be in use, the one that signs now first. */
  List<X509Certificate> issuers();

  /** What a device needs to build its own chain: {@link #issuers()} and the roots above them. */
  List<X509Certificate> trustChain();
}
