package io.pulsewarden.envelope;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Opens what {@link EnvelopeSealer}s of any process sealed under one base key;
 * docs/formats/envelope.md. What it derives for a salt it keeps for the next envelope of that salt,
 * of the last {@value #SALTS} salts; closing it zeroes all. Not thread-safe.
 */
public final class EnvelopeOpener implements AutoCloseable {

  private static final int SALTS = 16;

  private final BaseKey baseKey;
  private final Lane lane = Lane.forEnvelopes();
  private final byte[] presented = new byte[EnvelopeHeader.COMMITMENT_LENGTH];
  // The last used comes first.
  private final List<OpeningKey> keys = new ArrayList<>(1);

  /**
   * Copies the key; the caller still owns, and closes, its own.
   *
   * @throws IllegalStateException if the key was closed
   */
  public EnvelopeOpener(BaseKey baseKey) {
    this.baseKey = baseKey.copy();
  }

  /**
   * Opens a single envelope.
   *
   * @throws EnvelopeRejectedException whatever is wrong: key, context, or any bit of the envelope
   * @throws IllegalStateException if the key was closed
   */
  public static byte[] open(BaseKey baseKey, EnvelopeContext context, byte[] envelope) {
    try (EnvelopeOpener opener = new EnvelopeOpener(baseKey)) {
      return opener.open(context, envelope);
    }
  }

  /**
   * Bytes of the plaintext of an envelope of this length.
   *
   * @throws EnvelopeRejectedException if no envelope is so short
   */
  public static int plaintextLength(int envelopeLength) {
    int length = envelopeLength - EnvelopeHeader.LENGTH - AesGcm.TAG_LENGTH;
    if (length < 0) {
      throw new EnvelopeRejectedException();
    }
    return length;
  }

  /**
   * The plaintext.
   *
   * @throws EnvelopeRejectedException whatever is wrong: key, context, or any bit of the envelope
   * @throws IllegalStateException after {@link #close()}
   */
  public byte[] open(EnvelopeContext context, byte[] envelope) {
    byte[] plaintext = new byte[plaintextLength(envelope.length)];
    open(context, envelope, 0, envelope.length, plaintext, 0);
    return plaintext;
  }

  /**
   * Writes the plaintext into {@code out}, another array than {@code in}. The commitment is
   * compared, in constant time, before anything is decrypted.
   *
   * @return bytes of the plaintext
   * @throws EnvelopeRejectedException whatever is wrong: key, context, or any bit of the envelope;
   *     nothing of the plaintext stands in {@code out} then
   * @throws IndexOutOfBoundsException if the envelope is not in {@code in}, or {@code out} has no
   *     room for its plaintext
   * @throws IllegalStateException after {@link #close()}
   */
  @SuppressWarnings("ReferenceEquality") // The same array is what is meant.
  public int open(
      EnvelopeContext context, byte[] in, int offset, int length, byte[] out, int outOffset) {
    Objects.checkFromIndexSize(offset, length, in.length);
    int plaintextLength = plaintextLength(length);
    Objects.checkFromIndexSize(outOffset, plaintextLength, out.length);
    if (in == out) {
      throw new IllegalArgumentException("an envelope is opened into another array");
    }
    if (!EnvelopeHeader.names(baseKey, in, offset)) {
      throw new EnvelopeRejectedException();
    }
    AesGcm key = committedKey(in, offset);
    System.arraycopy(in, offset + EnvelopeHeader.NONCE_OFFSET, lane.nonce, 0, lane.nonce.length);
    lane.associated.clear().put(in, offset, EnvelopeHeader.LENGTH);
    ContextBytes.put(lane.associated, context);
    int text = offset + EnvelopeHeader.LENGTH;
    if (!key.open(lane, in, text, length - EnvelopeHeader.LENGTH, out, outOffset)) {
      throw new EnvelopeRejectedException();
    }
    return plaintextLength;
  }

  /** The encryption key of this envelope's salt, if the envelope is committed to it. */
  private AesGcm committedKey(byte[] in, int offset) {
    System.arraycopy(in, offset + EnvelopeHeader.COMMITMENT_OFFSET, presented, 0, presented.length);
    for (int i = 0; i < keys.size(); i++) {
      OpeningKey known = keys.get(i);
      if (known.isOfSaltAt(in, offset + EnvelopeHeader.SALT_OFFSET)) {
        if (i > 0) {
          keys.addFirst(keys.remove(i));
        }
        return known.ifCommitted(presented);
      }
    }
    OpeningKey derived = OpeningKey.derive(baseKey, EnvelopeHeader.salt(in, offset), presented);
    keys.addFirst(derived);
    if (keys.size() > SALTS) {
      keys.removeLast().close();
    }
    return derived.ifCommitted(presented);
  }

  @Override
  public void close() {
    keys.forEach(OpeningKey::close);
    lane.forget();
    baseKey.close();
  }
}
