package io.pulsewarden.registry.firstenrolment;

import io.pulsewarden.registry.problem.Fields;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** Reads certificates of manufacturers' authorities. */
public final class CaCertificate {

  private static final int MAX_LENGTH = 16 * 1024;

  private CaCertificate() {}

  /** The field of a request's body: one CA certificate in PEM. */
  static X509Certificate ofField(String field, @Nullable String pem) {
    if (pem == null || pem.length() > MAX_LENGTH) {
      throw Fields.invalid(field, "Has to be one certificate in PEM.");
    }
    try {
      X509Certificate certificate = read(pem.getBytes(StandardCharsets.US_ASCII));
      if (certificate.getBasicConstraints() < 0) {
        throw Fields.invalid(field, "Has to be the certificate of an authority.");
      }
      return certificate;
    } catch (IllegalArgumentException unreadable) {
      throw Fields.invalid(field, "Has to be one certificate in PEM.");
    }
  }

  /** What issuers are found by. */
  public static String subjectHash(X500Principal subject) {
    return sha256(subject.getEncoded());
  }

  static X509Certificate read(byte[] encoded) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(encoded));
    } catch (CertificateException unreadable) {
      throw new IllegalArgumentException("not a certificate", unreadable);
    }
  }

  static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException unreadable) {
      throw new IllegalArgumentException("a certificate without an encoding", unreadable);
    }
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
