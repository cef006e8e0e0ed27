package io.pulsewarden.registry.testing;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Reads EST's answers with the JDK alone. */
public final class CertsOnlyAnswer {

  private CertsOnlyAnswer() {}

  public static List<X509Certificate> all(byte[] body) {
    try {
      byte[] der = Base64.getMimeDecoder().decode(body);
      return CertificateFactory.getInstance("X.509")
          .generateCertPath(new ByteArrayInputStream(der), "PKCS7")
          .getCertificates()
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (CertificateException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  public static X509Certificate one(byte[] body) {
    List<X509Certificate> all = all(body);
    if (all.size() != 1) {
      throw new AssertionError("not one certificate: " + all.size());
    }
    return all.getFirst();
  }

  /** The URIs of the SAN. */
  public static Set<String> uris(X509Certificate certificate) {
    try {
      return certificate.getSubjectAlternativeNames().stream()
          .map(name -> String.valueOf(name.get(1)))
          .collect(Collectors.toSet());
    } catch (CertificateException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  /** Whether subject and SAN are those of a device, and nothing else. */
  public static boolean names(X509Certificate certificate, UUID device, UUID organisation) {
    return certificate
            .getSubjectX500Principal()
            .getName()
            .equals("CN=" + device + ",O=" + organisation)
        && uris(certificate).equals(Set.of("urn:uuid:" + device));
  }
}
