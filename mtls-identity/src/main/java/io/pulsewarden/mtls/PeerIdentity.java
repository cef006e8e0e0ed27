package io.pulsewarden.mtls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;

/**
 * What a verified peer certificate says of who the peer is. Chain and validity were checked by TLS
 * before; this reads the name alone.
 */
public sealed interface PeerIdentity {

  /** Exactly one URI, and it is a service of the trust domain. */
  record Service(SpiffeId id) implements PeerIdentity {}

  /** None, several, or another domain's: whoever it is gets nothing. */
  record Refused(String reasonCode) implements PeerIdentity {}

  /** Reads the subject alternative names; never the CN. */
  static PeerIdentity of(X509Certificate certificate, String trustDomain) {
    List<String> uris;
    try {
      uris = uris(certificate);
    } catch (CertificateParsingException malformed) {
      return new Refused("malformed-san");
    }
    if (uris.size() != 1) {
      return new Refused(uris.isEmpty() ? "no-uri-san" : "several-uri-sans");
    }
    try {
      SpiffeId id = SpiffeId.parse(uris.getFirst());
      return id.trustDomain().equals(trustDomain)
          ? new Service(id)
          : new Refused("foreign-trust-domain");
    } catch (IllegalArgumentException notSpiffe) {
      return new Refused("not-a-spiffe-id");
    }
  }

  private static List<String> uris(X509Certificate certificate) throws CertificateParsingException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    final int uri = 6;
    return names == null
        ? List.of()
        : names.stream()
            .filter(name -> name.getFirst() instanceof Integer type && type == uri)
            .map(name -> String.valueOf(name.get(1)))
            .toList();
  }
}
