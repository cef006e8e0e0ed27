package io.pulsewarden.audit.checkpoint;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * A witness's name and key (C2SP tlog-cosignature, Ed25519): says which lines are its cosignatures.
 * Thread-safe.
 */
public final class WitnessVerifierKey {

  private static final byte COSIGNATURE = 4;
  private static final int HEADER_BYTES = Integer.BYTES + Long.BYTES;

  private final String name;
  private final int id;
  private final byte[] publicKey;

  private WitnessVerifierKey(String name, int id, byte[] publicKey) {
    this.name = name;
    this.id = id;
    this.publicKey = publicKey;
  }

  /**
   * Reads the text that the witness shows, {@code name+hash+base64}.
   *
   * @throws IllegalArgumentException if this is none, or its hash is not its key's
   */
  public static WitnessVerifierKey parse(String text) {
    String[] parts = text.strip().split("\\+", 3);
    if (parts.length != 3 || !parts[0].matches("[!-*,-~]+") || !parts[1].matches("[0-9a-f]{8}")) {
      throw new IllegalArgumentException("a witness's key is name+hash+base64");
    }
    byte[] typed = Base64.getDecoder().decode(parts[2]);
    if (typed.length != 1 + Ed25519.KEY_BYTES || typed[0] != COSIGNATURE) {
      throw new IllegalArgumentException("not an Ed25519 key for cosignatures");
    }
    int id = id(parts[0], typed);
    if (id != Integer.parseUnsignedInt(parts[1], 16)) {
      throw new IllegalArgumentException("the hash of a witness's key is not its key's");
    }
    return new WitnessVerifierKey(parts[0], id, Arrays.copyOfRange(typed, 1, typed.length));
  }

  /** The witness's name. */
  public String name() {
    return name;
  }

  /**
   * The line, with its newline, by which this witness cosigned a note. All others are passed over.
   *
   * @param note a signed note
   * @param lines such as an answer to {@code add-checkpoint}; nothing is believed of it
   */
  public Optional<String> cosignature(String note, String lines) {
    String body = note.substring(0, note.lastIndexOf("\n\n") + 1);
    String start = "\u2014 " + name + " ";
    return lines
        .lines()
        .filter(line -> line.startsWith(start))
        .filter(line -> isGood(body, line.substring(start.length())))
        .findFirst()
        .map(line -> line + "\n");
  }

  private boolean isGood(String body, String base64) {
    byte[] signature;
    try {
      signature = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException malformed) {
      return false;
    }
    if (signature.length <= HEADER_BYTES || ByteBuffer.wrap(signature).getInt() != id) {
      return false;
    }
    long time = ByteBuffer.wrap(signature).getLong(Integer.BYTES);
    byte[] message =
        ("cosignature/v1\ntime " + time + "\n" + body).getBytes(StandardCharsets.UTF_8);
    return time >= 0
        && Ed25519.verify(
            publicKey, message, Arrays.copyOfRange(signature, HEADER_BYTES, signature.length));
  }

  private static int id(String name, byte[] typed) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest.digest(typed)).getInt();
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }
}
