package io.pulsewarden.telemetry.quarantine;

import com.google.protobuf.ByteString;
import io.pulsewarden.envelope.EnvelopeContext;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A sealed input that was refused: one message of telemetry.quarantine.v1, one row of
 * quarantine_record.
 *
 * @param reason why, as a code; null in what was refused before reasons stood beside the envelope
 * @param measured between which times what is in it was measured; null in what was refused before
 *     that stood beside the envelope
 * @param envelope sealed under the device's key; the plaintext is a QuarantinedInput
 */
public record QuarantinedMessage(
    int partition,
    long offset,
    UUID organisation,
    UUID device,
    long receivedAtMillis,
    int schemaVersion,
    @Nullable String reason,
    @Nullable Measured measured,
    ByteString envelope) {

  /** From when to when, both included; Unix milliseconds. */
  public record Measured(long firstMillis, long lastMillis) {}

  /** What the envelope is bound to. */
  public EnvelopeContext context() {
    return new EnvelopeContext(
        "quarantine",
        organisation,
        device,
        device,
        receivedAtMillis,
        receivedAtMillis,
        schemaVersion);
  }
}
