package io.pulsewarden.envelope;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;

/**
 * AES-256-GCM with 96-bit nonces and 128-bit tags under one key. Thread-safe, as long as each call
 * brings a {@link Lane} that nobody else uses meanwhile.
 */
final class AesGcm implements AutoCloseable {

  static final int KEY_LENGTH = 32;
  static final int NONCE_LENGTH = 12;
  static final int TAG_LENGTH = 16;

  private final Key key;

  /** Takes the array over. */
  AesGcm(byte[] key) {
    if (key.length != KEY_LENGTH) {
      throw new IllegalArgumentException("AES-256 takes 32 bytes");
    }
    this.key = new Key(key);
  }

  /** Writes ciphertext and tag at {@code outOffset}, under the lane's nonce and associated data. */
  void seal(Lane lane, byte[] in, int offset, int length, byte[] out, int outOffset) {
    try {
      lane.begin(Cipher.ENCRYPT_MODE, key).doFinal(in, offset, length, out, outOffset);
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("AES-GCM does not work here", broken);
    }
  }

  /**
   * Writes the plaintext of {@code length} bytes of ciphertext and tag at {@code outOffset}.
   *
   * @return whether the tag fits; if not, zeros stand where the plaintext would
   */
  boolean open(Lane lane, byte[] in, int offset, int length, byte[] out, int outOffset) {
    try {
      lane.begin(Cipher.DECRYPT_MODE, key).doFinal(in, offset, length, out, outOffset);
      return true;
    } catch (AEADBadTagException changed) {
      // The platform's provider does so too; another one might leave what it made.
      Arrays.fill(out, outOffset, outOffset + length - TAG_LENGTH, (byte) 0);
      return false;
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("AES-GCM does not work here", broken);
    }
  }

  @Override
  public void close() {
    key.destroy();
  }

  /** The platform's SecretKeySpec can't be zeroed; this can. */
  private static final class Key implements SecretKey {

    private static final long serialVersionUID = 1L;

    // Transient: a serialised form would hold no key.
    private final transient byte[] bytes;
    private transient boolean destroyed;

    Key(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public String getAlgorithm() {
      return "AES";
    }

    @Override
    public String getFormat() {
      return "RAW";
    }

    @Override
    public synchronized byte[] getEncoded() {
      if (destroyed) {
        throw new IllegalStateException("the key was destroyed");
      }
      return bytes.clone();
    }

    @Override
    public synchronized void destroy() {
      Arrays.fill(bytes, (byte) 0);
      destroyed = true;
    }

    @Override
    public synchronized boolean isDestroyed() {
      return destroyed;
    }
  }
}
