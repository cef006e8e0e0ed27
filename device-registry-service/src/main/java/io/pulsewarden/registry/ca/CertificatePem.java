package io.pulsewarden.registry.ca;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/** Certificates in PEM (RFC 7468). */
public final class CertificatePem {

  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private CertificatePem() {}

  /** One block, with a line end behind it. */
  public static String write(X509Certificate certificate) {
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + LINES.encodeToString(certificate.getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (CertificateEncodingException unreadable) {
      throw new CertificateAuthorityException("a certificate can't be encoded", unreadable);
    }
  }

  /** All certificates of a file, in their order. */
  public static List<X509Certificate> readAll(Path file) throws IOException {
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (CertificateException unreadable) {
      throw new CertificateAuthorityException("not certificates in PEM: " + file, unreadable);
    }
  }

  static X509Certificate readOne(Path file) throws IOException {
    List<X509Certificate> all = readAll(file);
    if (all.size() != 1) {
      throw new CertificateAuthorityException("not exactly one certificate in PEM: " + file);
    }
    return all.getFirst();
  }
}
