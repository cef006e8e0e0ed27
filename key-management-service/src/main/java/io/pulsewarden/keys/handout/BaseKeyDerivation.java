package io.pulsewarden.keys.handout;

import io.pulsewarden.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/** From a subject key to a base key, by HKDF-SHA-256 (RFC 5869); docs/formats/keys.md. */
final class BaseKeyDerivation {

  private static final byte[] LABEL = "pulsewarden-base-key-v1".getBytes(StandardCharsets.US_ASCII);
  private static final int LENGTH = 32;

  private BaseKeyDerivation() {}

  static SecretBytes derive(SecretBytes subjectKey, Purpose purpose, int epoch) {
    byte[] name = purpose.wireName().getBytes(StandardCharsets.US_ASCII);
    byte[] info =
        ByteBuffer.allocate(LABEL.length + Short.BYTES + name.length + Integer.BYTES)
            .put(LABEL)
            .putShort((short) name.length)
            .put(name)
            .putInt(epoch)
            .array();
    return subjectKey.use(
        ikm -> {
          try {
            return SecretBytes.owning(
                KDF.getInstance("HKDF-SHA256")
                    .deriveData(
                        HKDFParameterSpec.ofExtract().addIKM(ikm).thenExpand(info, LENGTH)));
          } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("HKDF does not work here", broken);
          }
        });
  }
}
