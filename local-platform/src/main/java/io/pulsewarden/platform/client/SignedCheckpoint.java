package io.pulsewarden.platform.client;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * A tlog-checkpoint whose Ed25519 signature was checked (C2SP's signed-note and tlog-checkpoint).
 * Written for this launcher alone, with nothing of the server's or of the verifier's code.
 *
 * @param origin the log's name
 * @param size entries
 * @param root of the tree of that size, base64
 */
public record SignedCheckpoint(String origin, long size, String root) {

  private static final String DASH = "\u2014 ";
  private static final int KEY_ID_BYTES = 4;
  private static final int VKEY_PARTS = 3;
  private static final byte ED25519 = 1;
  private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  /**
   * Reads a note and checks its signature.
   *
   * @param verifierKey {@code name+hash+base64} as the log publishes it
   * @throws IllegalArgumentException if it is not signed by that key, or no checkpoint
   */
  public static SignedCheckpoint open(String note, String verifierKey) {
    String[] key = verifierKey.strip().split("\\+", VKEY_PARTS);
    int end = note.lastIndexOf("\n\n");
    if (key.length != VKEY_PARTS || end < 0) {
      throw new IllegalArgumentException("not a signed note, or not a verifier key");
    }
    byte[] signed = note.substring(0, end + 1).getBytes(StandardCharsets.UTF_8);
    String prefix = DASH + key[0] + " ";
    boolean good =
        note.substring(end + 2)
            .lines()
            .filter(line -> line.startsWith(prefix))
            .anyMatch(line -> verifies(line.substring(prefix.length()), key, signed));
    List<String> lines = new String(signed, StandardCharsets.UTF_8).lines().toList();
    if (!good || lines.size() < VKEY_PARTS || !lines.getFirst().equals(key[0])) {
      throw new IllegalArgumentException("the checkpoint is not signed by the log's key");
    }
    return new SignedCheckpoint(lines.get(0), Long.parseLong(lines.get(1)), lines.get(2));
  }

  private static boolean verifies(String base64, String[] key, byte[] signed) {
    byte[] signature = Base64.getDecoder().decode(base64);
    byte[] id = Arrays.copyOf(signature, KEY_ID_BYTES);
    if (!HexFormat.of().formatHex(id).equals(key[1])) {
      return false;
    }
    try {
      Signature ed25519 = Signature.getInstance("Ed25519");
      ed25519.initVerify(publicKey(Base64.getDecoder().decode(key[2])));
      ed25519.update(signed);
      return ed25519.verify(Arrays.copyOfRange(signature, KEY_ID_BYTES, signature.length));
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static PublicKey publicKey(byte[] typed) throws GeneralSecurityException {
    if (typed.length == 0 || typed[0] != ED25519) {
      throw new GeneralSecurityException("not an Ed25519 key");
    }
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    encoded.writeBytes(X509_PREFIX);
    encoded.write(typed, 1, typed.length - 1);
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(new X509EncodedKeySpec(encoded.toByteArray()));
  }
}
