package io.pulsewarden.logverifier;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Which witnesses have cosigned a checkpoint (C2SP tlog-cosignature). */
public final class Cosignatures {

  private static final int HEADER_BYTES = Integer.BYTES + Long.BYTES;

  private Cosignatures() {}

  /**
   * How many of these witnesses have cosigned this note. Lines of others, and wrong ones, are
   * passed over.
   */
  public static int count(byte[] note, List<VerifierKey> witnesses) {
    String text = new String(note, StandardCharsets.UTF_8);
    int end = text.lastIndexOf("\n\n");
    if (end < 0) {
      return 0;
    }
    String body = text.substring(0, end + 1);
    List<String> lines = List.of(text.substring(end + 2).split("\n", -1));
    return (int)
        witnesses.stream()
            .filter(witness -> lines.stream().anyMatch(line -> isBy(witness, line, body)))
            .count();
  }

  private static boolean isBy(VerifierKey witness, String line, String body) {
    String start = "\u2014 " + witness.name() + " ";
    if (!line.startsWith(start)) {
      return false;
    }
    byte[] signature;
    try {
      signature = Base64.getDecoder().decode(line.substring(start.length()));
    } catch (IllegalArgumentException malformed) {
      return false;
    }
    if (signature.length <= HEADER_BYTES || ByteBuffer.wrap(signature).getInt() != witness.id()) {
      return false;
    }
    long time = ByteBuffer.wrap(signature).getLong(Integer.BYTES);
    return time >= 0
        && witness.verify(
            WitnessKey.message(body, time),
            Arrays.copyOfRange(signature, HEADER_BYTES, signature.length));
  }
}
