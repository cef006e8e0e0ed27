package io.pulsewarden.renewal;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** A PKCS#8 key and a certificate chain, both in PEM (RFC 7468). */
final class PemPair {

  private static final byte[] PROBE = "which key is this?".getBytes(StandardCharsets.US_ASCII);

  private PemPair() {}

  /**
   * Checks that the key is the first certificate's.
   *
   * @throws InvalidKeyException if it is not, or is no EC or RSA key
   */
  static void check(byte[] keyPem, byte[] certificatePem) throws GeneralSecurityException {
    PublicKey expected =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(certificatePem))
            .getPublicKey();
    String algorithm = expected.getAlgorithm();
    Signature signature =
        Signature.getInstance("EC".equals(algorithm) ? "SHA256withECDSA" : "SHA256withRSA");
    signature.initSign(key(keyPem, algorithm));
    signature.update(PROBE);
    byte[] signed = signature.sign();
    signature.initVerify(expected);
    signature.update(PROBE);
    if (!signature.verify(signed)) {
      throw new InvalidKeyException("the key is not the certificate's");
    }
  }

  private static PrivateKey key(byte[] pem, String algorithm) throws GeneralSecurityException {
    String text = new String(pem, StandardCharsets.US_ASCII);
    String body = text.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    try {
      return KeyFactory.getInstance(algorithm)
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
    } catch (IllegalArgumentException malformed) {
      throw new InvalidKeyException("not a PEM key", malformed);
    }
  }
}
