package io.pulsewarden.telemetry.store;

import java.nio.ByteBuffer;

/**
 * The 8 bytes that stand for (patient, source, device, code) in an Observation id;
 * docs/formats/observation-id.md. Ordered as unsigned bytes.
 */
public record SeriesId(long value) implements Comparable<SeriesId> {

  public static final int BYTES = Long.BYTES;

  public static SeriesId of(byte[] bytes) {
    return new SeriesId(ByteBuffer.wrap(bytes).getLong());
  }

  public byte[] bytes() {
    return ByteBuffer.allocate(BYTES).putLong(value).array();
  }

  @Override
  public int compareTo(SeriesId other) {
    return Long.compareUnsigned(value, other.value);
  }
}
