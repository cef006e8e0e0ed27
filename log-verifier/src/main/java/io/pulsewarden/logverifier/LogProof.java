package io.pulsewarden.logverifier;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A receipt (C2SP tlog-proof): an entry's index, its inclusion proof and the checkpoint that the
 * proof leads to. Checked without the log.
 */
public final class LogProof {

  private static final String FIRST_LINE = "c2sp.org/tlog-proof@v1";
  private static final String INDEX = "index (0|[1-9][0-9]{0,17})";
  private static final String EXTRA = "extra ";
  private static final int MAX_HASHES = 63;

  private final long index;
  private final List<byte[]> hashes;
  private final byte[] note;

  private LogProof(long index, List<byte[]> hashes, byte[] note) {
    this.index = index;
    this.hashes = hashes;
    this.note = note;
  }

  /**
   * Reads a receipt. Its extra line, if it has one, is signed by nobody, and passed over.
   *
   * @throws BadLogException if it is none
   */
  public static LogProof parse(byte[] receipt) throws BadLogException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(receipt)).toString();
    } catch (CharacterCodingException notText) {
      throw new BadLogException("the receipt is not UTF-8");
    }
    int end = text.indexOf("\n\n");
    if (end < 0) {
      throw new BadLogException("the receipt has no empty line");
    }
    List<String> lines = new ArrayList<>(List.of(text.substring(0, end).split("\n", -1)));
    if (!lines.removeFirst().equals(FIRST_LINE)) {
      throw new BadLogException("this is no receipt: its first line is not " + FIRST_LINE);
    }
    if (!lines.isEmpty() && lines.getFirst().startsWith(EXTRA)) {
      base64(lines.removeFirst().substring(EXTRA.length()));
    }
    if (lines.isEmpty() || !lines.getFirst().matches(INDEX)) {
      throw new BadLogException("the receipt has no index");
    }
    long index = Long.parseLong(lines.removeFirst().substring("index ".length()));
    return new LogProof(
        index, hashes(lines), text.substring(end + 2).getBytes(StandardCharsets.UTF_8));
  }

  private static List<byte[]> hashes(List<String> lines) throws BadLogException {
    if (lines.size() > MAX_HASHES) {
      throw new BadLogException("the receipt's proof is too long");
    }
    List<byte[]> hashes = new ArrayList<>();
    for (String line : lines) {
      byte[] hash = base64(line);
      if (hash.length != Hashes.BYTES) {
        throw new BadLogException("a line of the receipt's proof is no hash");
      }
      hashes.add(hash);
    }
    return hashes;
  }

  private static byte[] base64(String text) throws BadLogException {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException malformed) {
      // Told below, like a spelling that is not the canonical one.
    }
    throw new BadLogException("the receipt has bad base64");
  }

  /** Where the entry is said to be. */
  public long index() {
    return index;
  }

  /**
   * Checks that these very bytes are the entry.
   *
   * @param key the log's, from elsewhere than from the receipt
   * @param quorum of these witnesses that must have cosigned
   * @return the checkpoint that has it
   * @throws BadLogException if they are not, or nobody says so
   */
  public Checkpoint verify(byte[] entry, VerifierKey key, List<VerifierKey> witnesses, int quorum)
      throws BadLogException {
    Checkpoint checkpoint = Checkpoint.open(note, key);
    int cosigned = Cosignatures.count(note, witnesses);
    if (cosigned < quorum) {
      throw new BadLogException(
          "the checkpoint is cosigned by " + cosigned + " of the witnesses, not by " + quorum);
    }
    if (!Proofs.verifyInclusion(entry, index, hashes, checkpoint)) {
      throw new BadLogException(index, "the proof does not lead from this entry to the checkpoint");
    }
    return checkpoint;
  }
}
