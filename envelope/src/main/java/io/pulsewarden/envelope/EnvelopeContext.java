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

  public EnvelopeContext {
    if (!context.matches("[a-z][a-z-]{0,31}")) {
      throw new IllegalArgumentException("not an envelope context");
    }
    if (lastTimeMillis < firstTimeMillis) {
      throw new IllegalArgumentException("last time before first");
    }
  }
}
