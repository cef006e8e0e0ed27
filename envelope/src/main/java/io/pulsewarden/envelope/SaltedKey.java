package io.pulsewarden.envelope;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/** A base key under one salt, and the nonces already used under it. Thread-safe. */
final class SaltedKey implements AutoCloseable {

  private final AtomicLong next = new AtomicLong();
  private final long limit;
  private final byte[] header;
  private final AesGcm cipher;

  SaltedKey(BaseKey baseKey, byte[] salt, long limit) {
    this.limit = limit;
    this.header = EnvelopeHeader.template(baseKey, salt, HkdfSha256.commitment(baseKey, salt));
    this.cipher = new AesGcm(HkdfSha256.encryptionKey(baseKey, salt), EnvelopeHeader.LAYOUT);
  }

  /** A number that nobody gets again, or -1 when this salt has none left. */
  long takeNonce() {
    long nonce = next.getAndIncrement();
    return nonce < limit ? nonce : -1;
  }

  byte[] seal(long nonce, byte[] context, byte[] plaintext) {
    byte[] out = new byte[Math.addExact(header.length + AesGcm.TAG_LENGTH, plaintext.length)];
    System.arraycopy(header, 0, out, 0, header.length);
    ByteBuffer.wrap(out).putLong(EnvelopeHeader.COMMITMENT_OFFSET - Long.BYTES, nonce);
    cipher.seal(out, context, plaintext);
    return out;
  }

  @Override
  public void close() {
    cipher.close();
  }
}
