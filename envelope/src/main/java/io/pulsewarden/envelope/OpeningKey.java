package io.pulsewarden.envelope;

import java.security.MessageDigest;
import java.util.Arrays;

/** What a base key and a salt give an opener. */
final class OpeningKey implements AutoCloseable {

  private final byte[] salt;
  private final byte[] commitment;
  private final AesGcm cipher;

  private OpeningKey(byte[] salt, byte[] commitment, AesGcm cipher) {
    this.salt = salt;
    this.commitment = commitment;
    this.cipher = cipher;
  }

  /**
   * Derives it. Made-up salts cost one derivation each, and nothing is kept of them.
   *
   * @param presented what an envelope of that salt is committed to
   * @throws EnvelopeRejectedException if that is another key
   */
  static OpeningKey derive(BaseKey baseKey, byte[] salt, byte[] presented) {
    byte[] commitment = HkdfSha256.commitment(baseKey, salt);
    if (!MessageDigest.isEqual(commitment, presented)) {
      throw new EnvelopeRejectedException();
    }
    return new OpeningKey(salt, commitment, new AesGcm(HkdfSha256.encryptionKey(baseKey, salt)));
  }

  /** Salts are no secrets. */
  boolean isOfSaltAt(byte[] in, int offset) {
    return Arrays.equals(salt, 0, salt.length, in, offset, offset + salt.length);
  }

  /**
   * The cipher.
   *
   * @throws EnvelopeRejectedException if {@code presented} is another commitment
   */
  AesGcm ifCommitted(byte[] presented) {
    if (!MessageDigest.isEqual(commitment, presented)) {
      throw new EnvelopeRejectedException();
    }
    return cipher;
  }

  @Override
  public void close() {
    cipher.close();
  }
}
