package io.pulsewarden.envelope;

import java.security.SecureRandom;
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

  /**
   * The sealed bytes of {@code plaintext}, which is neither kept nor changed.
   *
   * @throws IllegalStateException after {@link #close()}
   */
  public byte[] seal(EnvelopeContext context, byte[] plaintext) {
    byte[] associated = ContextBytes.of(context);
    SaltedKey salted = current;
    long nonce = salted.takeNonce();
    while (nonce < 0) {
      salted = successor(salted);
      nonce = salted.takeNonce();
    }
    return salted.seal(nonce, associated, plaintext);
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
