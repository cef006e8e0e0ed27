package io.pulsewarden.envelope;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-256-GCM with 96-bit nonces and 128-bit tags under one key. Ciphers are kept for the next
 * call, because looking one up costs more than a short text's encryption. Thread-safe.
 */
final class AesGcm implements AutoCloseable {

  static final int KEY_LENGTH = 32;
  static final int TAG_LENGTH = 16;

  /**
   * Where things stand in the one buffer that is sealed and opened.
   *
   * @param nonceOffset where the nonce begins
   * @param authenticated how many bytes from the start on are authenticated
   * @param textOffset where the ciphertext begins; the tag ends the buffer
   */
  record Layout(int nonceOffset, int authenticated, int textOffset) {}

  private final ConcurrentLinkedQueue<Cipher> idle = new ConcurrentLinkedQueue<>();
  private final Key key;
  private final Layout layout;

  /** Takes the array over. */
  AesGcm(byte[] key, Layout layout) {
    if (key.length != KEY_LENGTH) {
      throw new IllegalArgumentException("AES-256 takes 32 bytes");
    }
    this.key = new Key(key);
    this.layout = layout;
  }

  /**
   * Encrypts into {@code out}, which holds what stands before the ciphertext, and room for it and
   * the tag. {@code context} is authenticated after what the layout says.
   */
  void seal(byte[] out, byte[] context, byte[] plaintext) {
    try {
      Cipher cipher = take(Cipher.ENCRYPT_MODE, out);
      cipher.updateAAD(out, 0, layout.authenticated());
      cipher.updateAAD(context);
      cipher.doFinal(plaintext, 0, plaintext.length, out, layout.textOffset());
      idle.offer(cipher);
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("AES-GCM does not work here", broken);
    }
  }

  /** The plaintext, or null if the tag does not fit: nothing of it is let out before. */
  byte @Nullable [] open(byte[] sealed, byte[] context) {
    try {
      Cipher cipher = take(Cipher.DECRYPT_MODE, sealed);
      cipher.updateAAD(sealed, 0, layout.authenticated());
      cipher.updateAAD(context);
      int textOffset = layout.textOffset();
      byte[] plaintext = cipher.doFinal(sealed, textOffset, sealed.length - textOffset);
      idle.offer(cipher);
      return plaintext;
    } catch (AEADBadTagException changed) {
      return null;
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("AES-GCM does not work here", broken);
    }
  }

  private Cipher take(int mode, byte[] buffer) throws GeneralSecurityException {
    Cipher cipher = idle.poll();
    if (cipher == null) {
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
    }
    cipher.init(
        mode,
        key,
        new GCMParameterSpec(
            TAG_LENGTH * Byte.SIZE, buffer, layout.nonceOffset(), EnvelopeHeader.NONCE_LENGTH));
    return cipher;
  }

  @Override
  public void close() {
    key.destroy();
    idle.clear();
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
