package io.pulsewarden.registry.ca;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/** Tells issuers apart, whatever they are called. */
public final class IssuerKey {

  private IssuerKey() {}

  /** SHA-256 over the SubjectPublicKeyInfo of an authority's certificate, in hexadecimal. */
  public static String hash(X509Certificate issuer) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(issuer.getPublicKey().getEncoded()));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
