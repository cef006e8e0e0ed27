package io.pulsewarden.envelope;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/** HKDF with SHA-256 (RFC 5869), extract and expand, by the platform's provider. */
final class HkdfSha256 {

  private static final byte[] ENCRYPTION =
      "pulsewarden-envelope-v1 encryption".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] COMMITMENT =
      "pulsewarden-envelope-v1 commitment".getBytes(StandardCharsets.US_ASCII);

  private HkdfSha256() {}

  /**
   * @throws IllegalArgumentException if so many bytes can't be derived
   */
  static byte[] derive(byte[] ikm, byte[] salt, byte[] info, int length) {
    HKDFParameterSpec.Builder extract = HKDFParameterSpec.ofExtract().addIKM(ikm);
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              (salt.length == 0 ? extract : extract.addSalt(salt)).thenExpand(info, length));
    } catch (GeneralSecurityException refused) {
      throw new IllegalArgumentException("HKDF can't derive so much", refused);
    }
  }

  static byte[] encryptionKey(BaseKey baseKey, byte[] salt) {
    return baseKey.key().use(ikm -> derive(ikm, salt, ENCRYPTION, AesGcm.KEY_LENGTH));
  }

  static byte[] commitment(BaseKey baseKey, byte[] salt) {
    return baseKey
        .key()
        .use(ikm -> derive(ikm, salt, COMMITMENT, EnvelopeHeader.COMMITMENT_LENGTH));
  }
}
