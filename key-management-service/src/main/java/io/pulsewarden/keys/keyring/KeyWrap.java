package io.pulsewarden.keys.keyring;

import com.google.protobuf.ByteString;
import io.pulsewarden.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/** The keyring's form of a wrapped key; docs/formats/keys.md. */
final class KeyWrap {

  static final int NONCE_LENGTH = 12;

  private static final byte FORMAT = 1;
  private static final int HEADER_LENGTH = 1 + Integer.BYTES;
  private static final int TEXT_OFFSET = HEADER_LENGTH + NONCE_LENGTH;
  private static final int TAG_LENGTH = 16;

  private KeyWrap() {}

  static ByteString wrap(
      SecretBytes kek, int kekVersion, byte[] nonce, SecretBytes key, ByteString associated) {
    ByteBuffer out = ByteBuffer.allocate(TEXT_OFFSET + key.length() + TAG_LENGTH);
    out.put(FORMAT).putInt(kekVersion).put(nonce);
    byte[] sealed = key.use(bytes -> seal(kek, out.array(), associated, bytes));
    return ByteString.copyFrom(out.put(sealed).array());
  }

  private static byte[] seal(SecretBytes kek, byte[] header, ByteString associated, byte[] key) {
    try {
      return cipher(Cipher.ENCRYPT_MODE, kek, header, associated).doFinal(key);
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("AES-GCM does not work here", broken);
    }
  }

  /** The key, or null if these are not its bytes, its version or its place. */
  static @Nullable SecretBytes unwrap(
      SecretBytes kek, int kekVersion, ByteString wrapped, ByteString associated) {
    byte[] in = wrapped.toByteArray();
    if (in.length < TEXT_OFFSET + TAG_LENGTH
        || in[0] != FORMAT
        || ByteBuffer.wrap(in, 1, Integer.BYTES).getInt() != kekVersion) {
      return null;
    }
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, kek, in, associated);
      return SecretBytes.owning(cipher.doFinal(in, TEXT_OFFSET, in.length - TEXT_OFFSET));
    } catch (AEADBadTagException changed) {
      return null;
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("AES-GCM does not work here", broken);
    }
  }

  private static Cipher cipher(int mode, SecretBytes kek, byte[] buffer, ByteString associated)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        new LentKey(kek),
        new GCMParameterSpec(TAG_LENGTH * Byte.SIZE, buffer, HEADER_LENGTH, NONCE_LENGTH));
    cipher.updateAAD(buffer, 0, HEADER_LENGTH);
    cipher.updateAAD(associated.asReadOnlyByteBuffer());
    return cipher;
  }
}
