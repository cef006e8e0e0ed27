package io.pulsewarden.registry.device;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;

/**
 * A signed device certificate, as it is recorded.
 *
 * @param certificate the certificate
 * @param keyHash SHA-256 over its SubjectPublicKeyInfo, in hexadecimal
 * @param issuerKeyHash the same over that of the authority that signed it
 */
public record IssuedCertificate(X509Certificate certificate, String keyHash, String issuerKeyHash) {

  public byte[] der() {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException unreadable) {
      throw new IllegalStateException("a certificate just signed can't be encoded", unreadable);
    }
  }

  /** SHA-256 over the DER, in hexadecimal. */
  public String fingerprint() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der()));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  public String serialNumber() {
    return certificate.getSerialNumber().toString(16);
  }

  public Instant notBefore() {
    return certificate.getNotBefore().toInstant();
  }

  public Instant notAfter() {
    return certificate.getNotAfter().toInstant();
  }
}
