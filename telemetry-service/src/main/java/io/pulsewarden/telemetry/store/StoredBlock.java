package io.pulsewarden.telemetry.store;

import com.google.protobuf.ByteString;
import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.telemetry.vitals.Change;
import io.pulsewarden.telemetry.vitals.CompactedBlock;
import io.pulsewarden.telemetry.vitals.Worn;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A sealed block of readings: one message of telemetry.vitals.v1, one row of vital_block. Or a row
 * that several of them were compacted into.
 *
 * @param heldByDevice nobody wore the device: the subject is the device itself
 * @param subject the patient, or the device
 * @param deviceVersion of the device's state by which the subject was found; 0 if not known
 * @param withdrawn positions of readings that were entered in error: they are not the subject's
 * @param change when the database had it, or when readings of it were withdrawn since; the first of
 *     those of a compacted row's blocks
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
    Change change,
    ByteString envelope) {

  /** A block that the database does not have yet. */
  StoredBlock(
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
    this(
        partition,
        offset,
        organisation,
        heldByDevice,
        subject,
        source,
        device,
        firstTimeMillis,
        lastTimeMillis,
        schemaVersion,
        assignment,
        assignmentVersion,
        receivedAtMillis,
        deviceVersion,
        withdrawn,
        Change.NONE,
        envelope);
  }

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

  /** Whether this is a row that several blocks were compacted into. */
  public boolean compacted() {
    return schemaVersion == CompactedBlock.SCHEMA_VERSION;
  }

  /** The same with another envelope. */
  public StoredBlock sealed(ByteString sealed) {
    return new StoredBlock(
        partition,
        offset,
        organisation,
        heldByDevice,
        subject,
        source,
        device,
        firstTimeMillis,
        lastTimeMillis,
        schemaVersion,
        assignment,
        assignmentVersion,
        receivedAtMillis,
        deviceVersion,
        withdrawn,
        change,
        sealed);
  }

  /** What the envelope is bound to. */
  public EnvelopeContext context() {
    return new EnvelopeContext(
        compacted() ? "vital-block" : "vital-batch",
        organisation,
        subject,
        device,
        firstTimeMillis,
        lastTimeMillis,
        schemaVersion);
  }
}
