package io.pulsewarden.logverifier;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** A tree head whose signature was checked (C2SP tlog-checkpoint). */
public final class Checkpoint {

  private static final int KEY_ID_BYTES = 4;
  private static final String SIGNATURE = "\u2014 ";

  private final String origin;
  private final long size;
  private final byte[] root;

  private Checkpoint(String origin, long size, byte[] root) {
    this.origin = origin;
    this.size = size;
    this.root = root;
  }

  /**
   * Opens a signed note. Signatures by other keys are passed over; the log's own must be there and
   * must be good.
   *
   * @throws BadLogException if it is not a checkpoint of this log
   */
  public static Checkpoint open(byte[] note, VerifierKey key) throws BadLogException {
    return parse(signedText("the checkpoint", note, key), key);
  }

  /** What a note says, once the log's own signature was found under it and was good. */
  static String signedText(String what, byte[] note, VerifierKey key) throws BadLogException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(note)).toString();
    } catch (CharacterCodingException notText) {
      throw new BadLogException(what + " is not UTF-8");
    }
    int end = text.lastIndexOf("\n\n");
    if (end < 0 || !text.endsWith("\n") || text.chars().anyMatch(c -> c < ' ' && c != '\n')) {
      throw new BadLogException(what + " is not a signed note");
    }
    String signed = text.substring(0, end + 1);
    requireSignature(what, text.substring(end + 2), signed.getBytes(StandardCharsets.UTF_8), key);
    return signed;
  }

  private static void requireSignature(String what, String lines, byte[] signed, VerifierKey key)
      throws BadLogException {
    boolean good = false;
    for (String line : List.of(lines.split("\n", -1))) {
      String start = SIGNATURE + key.name() + " ";
      if (!line.isEmpty() && !line.startsWith(SIGNATURE)) {
        throw new BadLogException(what + " has a line that is no signature");
      }
      if (line.startsWith(start)) {
        byte[] signature = base64(line.substring(start.length()));
        if (signature.length > KEY_ID_BYTES && ByteBuffer.wrap(signature).getInt() == key.id()) {
          good = key.verify(signed, Arrays.copyOfRange(signature, KEY_ID_BYTES, signature.length));
          if (!good) {
            throw new BadLogException(what + "'s signature is wrong");
          }
        }
      }
    }
    if (!good) {
      throw new BadLogException(what + " is not signed by this log's key");
    }
  }

  private static Checkpoint parse(String signed, VerifierKey key) throws BadLogException {
    List<String> lines = List.of(signed.split("\n", -1));
    if (lines.size() < 4 || !lines.get(0).equals(key.name())) {
      throw new BadLogException("the checkpoint is another log's");
    }
    if (!lines.get(1).matches("0|[1-9][0-9]{0,17}")) {
      throw new BadLogException("the checkpoint has no size");
    }
    byte[] root = base64(lines.get(2));
    if (root.length != Hashes.BYTES) {
      throw new BadLogException("the checkpoint has no root hash");
    }
    return new Checkpoint(lines.get(0), Long.parseLong(lines.get(1)), root);
  }

  static byte[] base64(String text) throws BadLogException {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException malformed) {
      // Told below, like a spelling that is not the canonical one.
    }
    throw new BadLogException("a signed note has bad base64");
  }

  public String origin() {
    return origin;
  }

  /** Entries of the tree. */
  public long size() {
    return size;
  }

  /** The root hash, 32 bytes. */
  public byte[] root() {
    return root.clone();
  }

  byte[] rootBytes() {
    return root;
  }
}
