package io.pulsewarden.telemetry.vitals;

import io.pulsewarden.telemetry.vitals.Reading.BloodPressure;
import io.pulsewarden.telemetry.vitals.Reading.Quantity;
import io.pulsewarden.telemetry.vitals.Reading.Waveform;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Writes docs/formats/vital-block.md. One use each. */
final class BlockWriter {

  static final int VERSION = 1;
  static final int WORN_VERSION = 2;
  static final int SKEWED = 1;
  static final int PANEL = 0x80;
  static final int SYSTOLIC = 1;
  static final int DIASTOLIC = 2;
  static final int MEAN = 4;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);
  private long previousTime;

  byte[] write(VitalBlock block) {
    out.write(block.worn().isPresent() ? WORN_VERSION : VERSION);
    out.write(block.skewed() ? SKEWED : 0);
    block.worn().ifPresent(this::worn);
    int count = block.readings().size();
    out.write(count >>> 8);
    out.write(count);
    block.readings().forEach(this::reading);
    return out.toByteArray();
  }

  private void worn(Worn worn) {
    out.writeBytes(
        ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES)
            .putLong(worn.assignment().getMostSignificantBits())
            .putLong(worn.assignment().getLeastSignificantBits())
            .putInt(worn.version())
            .array());
  }

  private void reading(Reading reading) {
    switch (reading) {
      case Quantity quantity -> {
        out.write(quantity.sign().wireId());
        time(quantity.timeMillis());
        decimal(quantity.value());
      }
      case Waveform waveform -> {
        out.write(waveform.sign().wireId());
        time(waveform.timeMillis());
        out.writeBytes(SampleBytes.of(waveform.samples()));
      }
      case BloodPressure panel -> {
        out.write(
            PANEL
                | bit(panel.systolic(), SYSTOLIC)
                | bit(panel.diastolic(), DIASTOLIC)
                | bit(panel.mean(), MEAN));
        time(panel.timeMillis());
        decimal(panel.systolic());
        decimal(panel.diastolic());
        decimal(panel.mean());
      }
    }
  }

  private static int bit(@Nullable BigDecimal member, int bit) {
    return member == null ? 0 : bit;
  }

  /** Zigzag, then seven bits a byte, lowest first: near readings take a byte or three. */
  private void time(long timeMillis) {
    long delta = timeMillis - previousTime;
    previousTime = timeMillis;
    long rest = (delta << 1) ^ (delta >> 63);
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private void decimal(@Nullable BigDecimal value) {
    if (value != null) {
      byte[] unscaled = value.unscaledValue().toByteArray();
      out.write(value.scale());
      out.write(unscaled.length);
      out.writeBytes(unscaled);
    }
  }
}
