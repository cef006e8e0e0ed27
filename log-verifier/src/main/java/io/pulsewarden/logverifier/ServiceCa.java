package io.pulsewarden.logverifier;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Vouches for the certificates that sign producers' heads: the services' CA, or all that there
 * were, one after the other. Thread-safe.
 */
public final class ServiceCa {

  /**
   * How long before its certificate begins a record may say that it was made, by a clock that is
   * behind. Nobody can sign with a key before there is one, whatever a record says.
   */
  static final Duration EARLY = Duration.ofHours(24);

  private static final int URI_NAME = 6;

  private final Set<X509Certificate> certificates;

  private ServiceCa(Set<X509Certificate> certificates) {
    this.certificates = Set.copyOf(certificates);
  }

  /**
   * Reads certificates of CAs from PEM, one or several: each of them vouches.
   *
   * @throws CertificateException if there is none, or what is there can't be read
   */
  public static ServiceCa read(Path pem) throws IOException, GeneralSecurityException {
    Set<X509Certificate> found = new HashSet<>();
    try (InputStream in = Files.newInputStream(pem)) {
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        found.add((X509Certificate) one);
      }
    }
    if (found.isEmpty()) {
      throw new CertificateException("no certificate of a CA in " + pem);
    }
    return new ServiceCa(found);
  }

  static X509Certificate parse(byte[] der) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  /** Why a chain is not this service's at that time; empty if it is. */
  @SuppressWarnings("JavaUtilDate") // PKIXParameters takes no other
  Optional<String> objection(List<byte[]> chain, String service, long atMs) {
    try {
      List<X509Certificate> path = new ArrayList<>();
      for (byte[] der : chain) {
        X509Certificate one = parse(der);
        if (!certificates.contains(one)) {
          path.add(one);
        }
      }
      PKIXParameters parameters = new PKIXParameters(anchors());
      parameters.setRevocationEnabled(false);
      parameters.setDate(new Date(judgedAt(path, atMs)));
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
      List<String> names = uris(path.getFirst());
      return names.size() == 1
              && names.getFirst().startsWith("spiffe://")
              && names.getFirst().endsWith("/service/" + service)
          ? Optional.empty()
          : Optional.of("its certificate is not that service's");
    } catch (GeneralSecurityException | RuntimeException notVouchedFor) {
      return Optional.of("the services' CA does not vouch for its certificate");
    }
  }

  private Set<TrustAnchor> anchors() {
    return certificates.stream().map(ca -> new TrustAnchor(ca, null)).collect(Collectors.toSet());
  }

  /** A little before the certificates began counts as when they did. */
  @SuppressWarnings("JavaUtilDate") // X509Certificate gives no other
  private static long judgedAt(List<X509Certificate> path, long atMs) {
    long begun = path.stream().mapToLong(one -> one.getNotBefore().getTime()).max().orElse(atMs);
    return atMs >= begun - EARLY.toMillis() ? Math.max(atMs, begun) : atMs;
  }

  private static List<String> uris(X509Certificate certificate) throws GeneralSecurityException {
    var names = certificate.getSubjectAlternativeNames();
    return names == null
        ? List.of()
        : names.stream()
            .filter(name -> Integer.valueOf(URI_NAME).equals(name.getFirst()))
            .map(name -> String.valueOf(name.get(1)))
            .toList();
  }
}
