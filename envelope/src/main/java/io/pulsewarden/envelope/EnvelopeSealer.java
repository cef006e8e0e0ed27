package io.pulsewarden.envelope;

import java.security.SecureRandom;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Seals under one base key; docs/formats/envelope.md. Make one for each base key and keep it: each
 * draws its own salt. Thread-safe; no two envelopes share salt and nonce.
 */
public final class EnvelopeSealer implements AutoCloseable {

  /** How many envelopes one salt may seal. */
  static final long SALT_LIMIT = 1L << 32;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final BaseKey baseKey;
  private final Supplier<byte[]> salts;
  private final long limit;
  private volatile SaltedKey current;

  /** Copies the key; the caller still owns, and closes, its own. */
  public EnvelopeSealer(BaseKey baseKey) {
    this(baseKey, EnvelopeSealer::randomSalt, SALT_LIMIT);
  }

  EnvelopeSealer(BaseKey baseKey, Supplier<byte[]> salts, long limit) {
    this.baseKey = baseKey.copy();
    this.salts = salts;
    this.limit = limit;
    this.current = new SaltedKey(this.baseKey, salts.get(), limit);
  }

  /** Bytes of the envelope of a plaintext of this length. */
  public static int sealedLength(int plaintextLength) {
    return Math.addExact(EnvelopeHeader.LENGTH + AesGcm.TAG_LENGTH, plaintextLength);
  }

  /**
   * The sealed bytes of {@code plaintext}, which is neither kept nor changed.
   *
   * @throws IllegalStateException after {@link #close()}
   */
  public byte[] seal(EnvelopeContext context, byte[] plaintext) {
    byte[] out = new byte[sealedLength(plaintext.length)];
    seal(context, plaintext, 0, plaintext.length, out, 0);
    return out;
  }

  /**
   * Writes the envelope into {@code out}, another array than {@code in}.
   *
   * @return bytes of the envelope: {@link #sealedLength}
   * @throws IndexOutOfBoundsException if the plaintext is not in {@code in}, or {@code out} has no
   *     room for its envelope
   * @throws IllegalStateException after {@link #close()}
   */
  @SuppressWarnings("ReferenceEquality") // The same array is what is meant.
  public int seal(
      EnvelopeContext context, byte[] in, int offset, int length, byte[] out, int outOffset) {
    Objects.checkFromIndexSize(offset, length, in.length);
    int sealedLength = sealedLength(length);
    Objects.checkFromIndexSize(outOffset, sealedLength, out.length);
    if (in == out) {
      throw new IllegalArgumentException("a plaintext is sealed into another array");
    }
    SaltedKey salted = current;
    long nonce = salted.takeNonce();
    while (nonce < 0) {
      salted = successor(salted);
      nonce = salted.takeNonce();
    }
    salted.seal(nonce, context, in, offset, length, out, outOffset);
    return sealedLength;
  }

  /** Whoever comes first makes the next salt. The exhausted one may still be sealing elsewhere. */
  private synchronized SaltedKey successor(SaltedKey exhausted) {
    if (current == exhausted) {
      current = new SaltedKey(baseKey, salts.get(), limit);
    }
    return current;
  }

  private static byte[] randomSalt() {
    byte[] salt = new byte[EnvelopeHeader.SALT_LENGTH];
    RANDOM.nextBytes(salt);
    return salt;
  }

  @Override
  public synchronized void close() {
    current.close();
    baseKey.close();
  }
}
