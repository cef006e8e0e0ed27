package io.pulsewarden.registry.ca;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * Where others find out about certificates: the addresses that certificates carry.
 *
 * @param base of the status endpoints, such as {@code http://status.example.org}; certificates
 *     carry no address without one
 */
public record StatusLocations(Optional<URI> base) {

  public StatusLocations {
    if (base.isPresent() && base.get().toString().endsWith("/")) {
      throw new IllegalArgumentException("pulsewarden.ca.status-url has no slash at its end");
    }
  }

  /** For authorityInfoAccess. */
  public Optional<URI> ocsp() {
    return base.map(url -> URI.create(url + "/ocsp"));
  }

  /** For cRLDistributionPoints, and the issuing distribution point of the list itself. */
  public Optional<URI> crl(X509Certificate issuer) {
    return base.map(url -> URI.create(url + "/crl/" + IssuerKey.hash(issuer) + ".crl"));
  }
}
