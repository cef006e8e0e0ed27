package io.pulsewarden.logverifier;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/**
 * The key that a log's checkpoints are checked with (C2SP signed-note, Ed25519), as text {@code
 * name+hash+base64}. Whoever verifies has it from elsewhere than from the log.
 */
public final class VerifierKey {

  private static final int KEY_BYTES = 32;

  private final String name;
  private final int id;
  private final PublicKey key;

  private VerifierKey(String name, int id, PublicKey key) {
    this.name = name;
    this.id = id;
    this.key = key;
  }

  /**
   * Reads a verifier key.
   *
   * @throws IllegalArgumentException if this is none, or its hash is not its key's
   */
  public static VerifierKey parse(String text) {
    return parse(text, NoteKeys.ED25519);
  }

  /**
   * Reads a witness's verifier key (C2SP tlog-cosignature).
   *
   * @throws IllegalArgumentException if this is none, or its hash is not its key's
   */
  public static VerifierKey parseWitness(String text) {
    return parse(text, NoteKeys.COSIGNATURE);
  }

  private static VerifierKey parse(String text, byte type) {
    String[] parts = text.strip().split("\\+", 3);
    if (parts.length != 3 || parts[0].isEmpty() || !parts[1].matches("[0-9a-f]{8}")) {
      throw new IllegalArgumentException("a verifier key is name+hash+base64");
    }
    byte[] typed = Base64.getDecoder().decode(parts[2]);
    if (typed.length != 1 + KEY_BYTES || typed[0] != type) {
      throw new IllegalArgumentException("not an Ed25519 verifier key");
    }
    int id = NoteKeys.id(parts[0], typed);
    if (id != Integer.parseUnsignedInt(parts[1], 16)) {
      throw new IllegalArgumentException("the verifier key's hash is not its key's");
    }
    try {
      return new VerifierKey(parts[0], id, decode(Arrays.copyOfRange(typed, 1, typed.length)));
    } catch (GeneralSecurityException noPoint) {
      throw new IllegalArgumentException("not an Ed25519 public key", noPoint);
    }
  }

  public String name() {
    return name;
  }

  int id() {
    return id;
  }

  boolean verify(byte[] message, byte[] signature) {
    return verify(key, message, signature);
  }

  static boolean verify(PublicKey key, byte[] message, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }

  /** RFC 8032, section 5.1.3, as far as the JDK leaves it to us. */
  static PublicKey decode(byte[] encoded) throws GeneralSecurityException {
    byte[] reversed = new byte[KEY_BYTES];
    for (int i = 0; i < KEY_BYTES; i++) {
      reversed[KEY_BYTES - 1 - i] = encoded[i];
    }
    boolean odd = reversed[0] < 0;
    reversed[0] &= 0x7f;
    EdECPoint point = new EdECPoint(odd, new BigInteger(1, reversed));
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
  }
}
