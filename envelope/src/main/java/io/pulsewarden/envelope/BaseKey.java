package io.pulsewarden.envelope;

import io.pulsewarden.secret.SecretBytes;
import java.util.UUID;

/**
 * The key that key management hands out for one subject key, purpose and epoch. Who holds it closes
 * it, which zeroes it. Thread-safe as {@link SecretBytes} is.
 *
 * @param epoch UTC day since 1970-01-01; 0 where the key is permanent
 * @param key 32 bytes
 */
public record BaseKey(UUID subjectKeyId, int epoch, SecretBytes key) implements AutoCloseable {

  /** Bytes of a base key. */
  public static final int LENGTH = 32;

  public BaseKey {
    if (epoch < 0) {
      throw new IllegalArgumentException("epoch before 1970");
    }
    if (key.length() != LENGTH) {
      throw new IllegalArgumentException("a base key has 32 bytes");
    }
  }

  /** A second owner's copy. */
  public BaseKey copy() {
    return new BaseKey(subjectKeyId, epoch, key.copy());
  }

  @Override
  public void close() {
    key.close();
  }
}
