package io.pulsewarden.telemetry.store;

import com.google.protobuf.ByteString;
import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.telemetry.vitals.Worn;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A sealed block of readings: one message of telemetry.vitals.v1, one row of vital_block.
 *
 * @param heldByDevice nobody wore the device: the subject is the device itself
 * @param subject the patient, or the device
 * @param deviceVersion of the device's state by which the subject was found; 0 if not known
 * @param withdrawn positions of readings that were entered in error: they are not the subject's
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
    long deviceVersion,
    Set<Integer> withdrawn,
    ByteString envelope) {

  public StoredBlock {
    withdrawn = Set.copyOf(withdrawn);
    if (partition < 0 || offset < 0) {
      throw new IllegalArgumentException("no such place in a topic");
    }
    if (lastTimeMillis < firstTimeMillis) {
      throw new IllegalArgumentException("last time before first");
    }
  }

  /** By which assignment the readings are the subject's. */
  public Optional<Worn> worn() {
    return assignment == null
        ? Optional.empty()
        : Optional.of(new Worn(assignment, assignmentVersion));
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
