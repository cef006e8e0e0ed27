package io.pulsewarden.keys.pkcs11;

import com.google.protobuf.ByteString;
import io.pulsewarden.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/** The keyring's form of a wrapped key (docs/formats/keys.md), made on the token. */
final class TokenWrap {

  static final int NONCE_LENGTH = 12;

  private static final byte FORMAT = 1;
  private static final int HEADER_LENGTH = 1 + Integer.BYTES;
  private static final int TEXT_OFFSET = HEADER_LENGTH + NONCE_LENGTH;
  private static final int TAG_LENGTH = 16;

  private TokenWrap() {}

  static ByteString wrap(
      Provider token,
      SecretKey kek,
      int version,
      byte[] nonce,
      SecretBytes key,
      ByteString associated)
      throws GeneralSecurityException {
    byte[] header = ByteBuffer.allocate(HEADER_LENGTH).put(FORMAT).putInt(version).array();
    Cipher cipher = cipher(token, Cipher.ENCRYPT_MODE, kek, nonce, header, associated);
    byte[] out = new byte[TEXT_OFFSET + key.length() + TAG_LENGTH];
    ByteBuffer buffer = ByteBuffer.wrap(out).put(header).put(nonce);
    byte[] plain = key.use(byte[]::clone);
    try {
      buffer.put(cipher.doFinal(plain));
    } finally {
      java.util.Arrays.fill(plain, (byte) 0);
    }
    return ByteString.copyFrom(out);
  }

  /** The key, or null if these are not its bytes, its version or its place. */
  static @Nullable SecretBytes unwrap(
      Provider token, SecretKey kek, int version, ByteString wrapped, ByteString associated)
      throws GeneralSecurityException {
    byte[] in = wrapped.toByteArray();
    if (in.length < TEXT_OFFSET + TAG_LENGTH
        || in[0] != FORMAT
        || ByteBuffer.wrap(in, 1, Integer.BYTES).getInt() != version) {
      return null;
    }
    byte[] nonce = java.util.Arrays.copyOfRange(in, HEADER_LENGTH, TEXT_OFFSET);
    byte[] header = java.util.Arrays.copyOf(in, HEADER_LENGTH);
    Cipher cipher = cipher(token, Cipher.DECRYPT_MODE, kek, nonce, header, associated);
    try {
      return SecretBytes.owning(cipher.doFinal(in, TEXT_OFFSET, in.length - TEXT_OFFSET));
    } catch (GeneralSecurityException changed) {
      // Tokens differ in what they call it, and a link that broke looks alike: TokenVerdict.
      return null;
    }
  }

  private static Cipher cipher(
      Provider token, int mode, SecretKey kek, byte[] nonce, byte[] header, ByteString associated)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", token);
    cipher.init(mode, kek, new GCMParameterSpec(TAG_LENGTH * Byte.SIZE, nonce));
    cipher.updateAAD(header);
    cipher.updateAAD(associated.toByteArray());
    return cipher;
  }
}
