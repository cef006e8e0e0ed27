package io.pulsewarden.envelope;

import java.util.concurrent.atomic.AtomicLong;

/** A base key under one salt, and the nonces already used under it. Thread-safe. */
final class SaltedKey implements AutoCloseable {

  private final AtomicLong next = new AtomicLong();
  private final Lanes lanes = new Lanes();
  private final long limit;
  private final byte[] header;
  private final AesGcm cipher;

  SaltedKey(BaseKey baseKey, byte[] salt, long limit) {
    this.limit = limit;
    this.header = EnvelopeHeader.template(baseKey, salt, HkdfSha256.commitment(baseKey, salt));
    this.cipher = new AesGcm(HkdfSha256.encryptionKey(baseKey, salt));
  }

  /** A number that nobody gets again, or -1 when this salt has none left. */
  long takeNonce() {
    long nonce = next.getAndIncrement();
    return nonce < limit ? nonce : -1;
  }

  /** Writes a whole envelope at {@code outOffset}; there is room for it. */
  void seal(
      long nonce,
      EnvelopeContext context,
      byte[] in,
      int offset,
      int length,
      byte[] out,
      int outOffset) {
    Lane lane = lanes.take();
    try {
      lane.associated.clear().put(header);
      lane.associated.putLong(EnvelopeHeader.COMMITMENT_OFFSET - Long.BYTES, nonce);
      lane.associated.get(EnvelopeHeader.NONCE_OFFSET, lane.nonce);
      lane.associated.get(0, out, outOffset, EnvelopeHeader.LENGTH);
      ContextBytes.put(lane.associated, context);
      cipher.seal(lane, in, offset, length, out, outOffset + EnvelopeHeader.LENGTH);
    } finally {
      lanes.give(lane);
    }
  }

  /** The key first: what begins to seal from here on fails. */
  @Override
  public void close() {
    cipher.close();
    lanes.close();
  }
}
