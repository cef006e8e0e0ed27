package io.pulsewarden.audit.checkpoint;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;

/** Ed25519 (RFC 8032) with keys in their 32-byte form. */
final class Ed25519 {

  static final int KEY_BYTES = 32;

  private Ed25519() {}

  static byte[] sign(PrivateKey key, byte[] message) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(key);
    signature.update(message);
    return signature.sign();
  }

  /** False for whatever is not a valid signature, malformed ones included. */
  static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(decode(publicKey));
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }

  /** Little-endian y with the sign of x in the highest bit. */
  static byte[] encode(PublicKey key) throws GeneralSecurityException {
    if (!(key instanceof EdECPublicKey edwards)) {
      throw new GeneralSecurityException("not an Edwards key");
    }
    byte[] big = edwards.getPoint().getY().toByteArray();
    byte[] encoded = new byte[KEY_BYTES];
    for (int i = 0; i < Math.min(big.length, KEY_BYTES); i++) {
      encoded[i] = big[big.length - 1 - i];
    }
    if (edwards.getPoint().isXOdd()) {
      encoded[KEY_BYTES - 1] |= (byte) 0x80;
    }
    return encoded;
  }

  private static PublicKey decode(byte[] encoded) throws GeneralSecurityException {
    if (encoded.length != KEY_BYTES) {
      throw new GeneralSecurityException("an Ed25519 key has 32 bytes");
    }
    byte[] big = new byte[KEY_BYTES];
    for (int i = 0; i < KEY_BYTES; i++) {
      big[i] = encoded[KEY_BYTES - 1 - i];
    }
    boolean odd = (big[0] & 0x80) != 0;
    byte[] y = Arrays.copyOf(big, KEY_BYTES);
    y[0] &= 0x7f;
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(
            new EdECPublicKeySpec(
                NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, y))));
  }
}
