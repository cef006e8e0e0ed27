package io.pulsewarden.envelope;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What one thread needs for one envelope, used again for the next: a cipher, because looking one up
 * and expanding its key costs more than a short text's encryption, and the buffer in which the
 * associated data are put together. Not thread-safe.
 */
final class Lane {

  private static final SecretKey NO_KEY = new SecretKeySpec(new byte[AesGcm.KEY_LENGTH], "AES");

  /** To be filled before each use. */
  final byte[] nonce = new byte[AesGcm.NONCE_LENGTH];

  /** What stands before its position is authenticated. */
  final ByteBuffer associated;

  private final Cipher cipher;
  private boolean forgotten;

  Lane(int capacity) {
    associated = ByteBuffer.allocate(capacity);
    try {
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("AES-GCM does not work here", missing);
    }
  }

  /** For a header and its context. */
  static Lane forEnvelopes() {
    return new Lane(EnvelopeHeader.LENGTH + ContextBytes.LONGEST);
  }

  /** The cipher, with all but the text. */
  Cipher begin(int mode, SecretKey key) throws GeneralSecurityException {
    cipher.init(mode, key, new GCMParameterSpec(AesGcm.TAG_LENGTH * Byte.SIZE, nonce));
    // In one piece: the provider would copy what it has for each further one.
    cipher.updateAAD(associated.array(), 0, associated.position());
    return cipher;
  }

  /**
   * Makes the cipher overwrite its copies of the key and of what it made of it; it keeps them from
   * one use to the next. The lane is of no use afterwards.
   */
  void forget() {
    if (forgotten) {
      return;
    }
    forgotten = true;
    try {
      cipher.init(
          Cipher.ENCRYPT_MODE,
          NO_KEY,
          new GCMParameterSpec(AesGcm.TAG_LENGTH * Byte.SIZE, new byte[AesGcm.NONCE_LENGTH]));
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("AES-GCM does not work here", broken);
    }
  }
}
