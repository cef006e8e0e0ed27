package io.pulsewarden.telemetry.vitals;

import java.util.List;
import java.util.Optional;

/**
 * Readings of one subject from one device, as they are sealed together: the plaintext of {@code
 * SealedVitals.envelope}, docs/formats/vital-block.md.
 *
 * @param skewed the device's clock was more than 60 s away from ours when it sent this
 * @param readings 1 to 65,535, in the order in which they came
 * @param worn by which assignment they are a patient's; empty for readings that nobody wore, and in
 *     blocks of the first schema
 */
public record VitalBlock(boolean skewed, List<Reading> readings, Optional<Worn> worn) {

  /** {@code SealedVitals.schema_version} of a block that names no assignment. */
  public static final int SCHEMA_VERSION = 1;

  /** {@code SealedVitals.schema_version} of a block that names its assignment. */
  public static final int WORN_SCHEMA_VERSION = 2;

  static final int MAX_READINGS = 65_535;

  public VitalBlock {
    readings = List.copyOf(readings);
    if (readings.isEmpty() || readings.size() > MAX_READINGS) {
      throw new IllegalArgumentException("a block has 1 to 65,535 readings");
    }
  }

  /** A block that names no assignment. */
  public VitalBlock(boolean skewed, List<Reading> readings) {
    this(skewed, readings, Optional.empty());
  }

  /** {@code SealedVitals.schema_version} of this block. */
  public int schemaVersion() {
    return worn.isPresent() ? WORN_SCHEMA_VERSION : SCHEMA_VERSION;
  }

  /** Whether there are blocks of this {@code SealedVitals.schema_version}. */
  public static boolean isSchemaVersion(int version) {
    return version == SCHEMA_VERSION || version == WORN_SCHEMA_VERSION;
  }

  /** Time of the earliest reading, Unix milliseconds. */
  public long firstTimeMillis() {
    long first = Long.MAX_VALUE;
    for (Reading reading : readings) {
      first = Math.min(first, reading.timeMillis());
    }
    return first;
  }

  /** Time of the latest reading, Unix milliseconds. */
  public long lastTimeMillis() {
    long last = Long.MIN_VALUE;
    for (Reading reading : readings) {
      last = Math.max(last, reading.timeMillis());
    }
    return last;
  }

  /** The same block has the same bytes, always. */
  public byte[] encode() {
    return new BlockWriter().write(this);
  }

  /**
   * Reads exactly what {@link #encode} writes, and nothing else.
   *
   * @throws MalformedBlockException for any other bytes
   */
  public static VitalBlock decode(byte[] bytes) {
    return new BlockReader(bytes).read();
  }

  @Override
  public String toString() {
    return "VitalBlock[" + readings.size() + " readings]";
  }
}
