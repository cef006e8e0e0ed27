package io.pulsewarden.telemetry.gap;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One record of a numbered message, as Kafka has it: a message may have several, for several
 * patients, and each of them says that the message has come.
 *
 * @param source who authenticated: whose numbering it is
 * @param sequence the number, from 0
 * @param receivedAtMillis the same for all records of a message
 * @param readings when they were measured; null for what was refused
 * @param patient whose readings they are; null for nobody's, and for what was refused
 */
public record NumberedMessage(
    UUID organisation,
    UUID source,
    long sequence,
    long receivedAtMillis,
    @Nullable Span readings,
    @Nullable UUID patient) {

  public NumberedMessage {
    if (sequence < 0) {
      throw new IllegalArgumentException("a message's number is not negative");
    }
  }

  /** Unix milliseconds, both ends included. */
  public record Span(long firstMillis, long lastMillis) {}

  /** When what is in it was measured, or else when it came. */
  long firstMillis() {
    return readings == null ? receivedAtMillis : readings.firstMillis();
  }

  /** When what is in it was measured, or else when it came. */
  long lastMillis() {
    return readings == null ? receivedAtMillis : readings.lastMillis();
  }
}
