package io.pulsewarden.telemetry.store;

import com.google.protobuf.ByteString;
import io.pulsewarden.envelope.EnvelopeContext;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A sealed block of readings: one message of telemetry.vitals.v1, one row of vital_block.
 *
 * @param heldByDevice nobody wore the device: the subject is the device itself
 * @param subject the patient, or the device
 * @param envelope docs/formats/envelope.md around docs/formats/vital-block.md
 */
public record StoredBlock(
    int partition,
    long offset,
    UUID organisation,
    boolean heldByDevice,
    UUID subject,
    UUID source,
    UUID device,
    long firstTimeMillis,
    long lastTimeMillis,
    int schemaVersion,
    @Nullable UUID assignment,
    int assignmentVersion,
    long receivedAtMillis,
    ByteString envelope) {

  public StoredBlock {
    if (partition < 0 || offset < 0) {
      throw new IllegalArgumentException("no such place in a topic");
    }
    if (lastTimeMillis < firstTimeMillis) {
      throw new IllegalArgumentException("last time before first");
    }
  }

  /** What the envelope is bound to. */
  public EnvelopeContext context() {
    return new EnvelopeContext(
        "vital-batch",
        organisation,
        subject,
        device,
        firstTimeMillis,
        lastTimeMillis,
        schemaVersion);
  }
}
