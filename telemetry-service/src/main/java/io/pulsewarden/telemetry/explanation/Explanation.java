package io.pulsewarden.telemetry.explanation;

import io.pulsewarden.auditclient.TextProofs;
import io.pulsewarden.contracts.audit.v1.TextProof;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A text and its salt: what is sealed (docs/formats/explanation.md).
 *
 * @param salt the text's own, 32 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier to be taken apart; nobody compares two.
record Explanation(byte[] salt, String text) {

  static final int SCHEMA = 1;
  static final int MAX_LENGTH = 2_000;
  private static final String NAME = "explanation";

  Explanation {
    if (salt.length != TextProofs.SALT_BYTES) {
      throw new IllegalArgumentException("a salt has 32 bytes");
    }
  }

  /** Whether it is a text: something to read, and no control characters but ends of lines. */
  static boolean isText(String text) {
    return !text.isBlank()
        && text.length() <= MAX_LENGTH
        && text.chars().noneMatch(c -> Character.isISOControl(c) && c != '\n')
        && StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /** What the log has of it. */
  TextProof proof() {
    return TextProofs.of(NAME, salt, text);
  }

  byte[] encode() {
    byte[] words = text.getBytes(StandardCharsets.UTF_8);
    byte[] plaintext = Arrays.copyOf(salt, salt.length + words.length);
    System.arraycopy(words, 0, plaintext, salt.length, words.length);
    return plaintext;
  }

  static Explanation decode(byte[] plaintext) {
    return new Explanation(
        Arrays.copyOf(plaintext, Math.min(plaintext.length, TextProofs.SALT_BYTES)),
        new String(
            plaintext,
            TextProofs.SALT_BYTES,
            Math.max(0, plaintext.length - TextProofs.SALT_BYTES),
            StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "Explanation[redacted]";
  }
}
