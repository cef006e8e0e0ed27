package io.pulsewarden.registry.est;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;

/** What a caller shows to be a device. */
sealed interface Proof {

  /** A one-time claim, at first enrolment. */
  record ByClaim(Credentials credentials) implements Proof {}

  /** The certificate that it was given, whose key TLS has seen it use, at renewal. */
  record ByCertificate(X509Certificate presented) implements Proof {

    /** SHA-256 over the DER, in hexadecimal. */
    String fingerprint() {
      return Proof.fingerprint(presented);
    }
  }

  /**
   * What its maker gave it (IDevID, IEEE 802.1AR), at first enrolment.
   *
   * @param chain as it was shown: its own first; not empty
   */
  record ByManufacturer(List<X509Certificate> chain) implements Proof {

    public ByManufacturer {
      chain = List.copyOf(chain);
    }

    X509Certificate own() {
      return chain.getFirst();
    }

    /** SHA-256 over the DER, in hexadecimal. */
    String fingerprint() {
      return Proof.fingerprint(own());
    }
  }

  private static String fingerprint(X509Certificate certificate) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (NoSuchAlgorithmException | CertificateEncodingException impossible) {
      throw new IllegalStateException("a certificate from a handshake has an encoding", impossible);
    }
  }
}
