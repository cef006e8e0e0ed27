package io.pulsewarden.envelope;

import java.security.MessageDigest;

/** Opens what an {@link EnvelopeSealer} of any process sealed; docs/formats/envelope.md. */
public final class EnvelopeOpener {

  private EnvelopeOpener() {}

  /**
   * The plaintext. The commitment is compared, in constant time, before anything is decrypted.
   *
   * @throws EnvelopeRejectedException whatever is wrong: key, context, or any bit of the envelope
   * @throws IllegalStateException if the key was closed
   */
  public static byte[] open(BaseKey baseKey, EnvelopeContext context, byte[] envelope) {
    EnvelopeHeader header = EnvelopeHeader.read(envelope);
    if (!header.subjectKeyId().equals(baseKey.subjectKeyId())
        || header.epoch() != baseKey.epoch()) {
      throw new EnvelopeRejectedException();
    }
    byte[] salt = EnvelopeHeader.salt(envelope);
    byte[] commitment = HkdfSha256.commitment(baseKey, salt);
    if (!MessageDigest.isEqual(commitment, EnvelopeHeader.commitment(envelope))) {
      throw new EnvelopeRejectedException();
    }
    try (AesGcm cipher =
        new AesGcm(HkdfSha256.encryptionKey(baseKey, salt), EnvelopeHeader.LAYOUT)) {
      byte[] plaintext = cipher.open(envelope, ContextBytes.of(context));
      if (plaintext == null) {
        throw new EnvelopeRejectedException();
      }
      return plaintext;
    }
  }
}
