package io.pulsewarden.logverifier;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Vouches for the certificates that sign producers' heads. */
public final class ServiceCa {

  private static final int URI_NAME = 6;

  private final X509Certificate certificate;

  private ServiceCa(X509Certificate certificate) {
    this.certificate = certificate;
  }

  /** Reads a CA's certificate from PEM. */
  public static ServiceCa read(Path pem) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(pem)) {
      return new ServiceCa(
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
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
        if (!one.equals(certificate)) {
          path.add(one);
        }
      }
      PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(certificate, null)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(new Date(atMs));
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
