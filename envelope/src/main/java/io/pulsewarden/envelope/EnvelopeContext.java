package io.pulsewarden.envelope;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a ciphertext belongs. It is authenticated with it, so that bytes moved to another row,
 * subject or purpose don't open. Every field stands in clear beside the envelope.
 *
 * @param context such as {@code vital-batch}, {@code quarantine}, {@code demographics}; ASCII
 * @param device null where no device is concerned
 * @param firstTimeMillis first reading's time, Unix milliseconds; 0 where there is none
 * @param lastTimeMillis last reading's time
 * @param schemaVersion of the plaintext
 */
public record EnvelopeContext(
    String context,
    UUID organisation,
    UUID subject,
    @Nullable UUID device,
    long firstTimeMillis,
    long lastTimeMillis,
    int schemaVersion) {

  static final int LONGEST_NAME = 32;

  public EnvelopeContext {
    if (!isName(context)) {
      throw new IllegalArgumentException("not an envelope context");
    }
    if (lastTimeMillis < firstTimeMillis) {
      throw new IllegalArgumentException("last time before first");
    }
  }

  /** {@code [a-z][a-z-]{0,31}}, by hand: a context is made for each envelope. */
  private static boolean isName(String text) {
    if (text.isEmpty() || text.length() > LONGEST_NAME || text.charAt(0) == '-') {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (each != '-' && (each < 'a' || each > 'z')) {
        return false;
      }
    }
    return true;
  }
}
