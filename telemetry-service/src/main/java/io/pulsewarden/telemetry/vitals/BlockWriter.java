package io.pulsewarden.telemetry.vitals;

import io.pulsewarden.telemetry.vitals.Reading.BloodPressure;
import io.pulsewarden.telemetry.vitals.Reading.Quantity;
import io.pulsewarden.telemetry.vitals.Reading.Waveform;
import java.math.BigDecimal;
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

  /** So many always fit a long. */
  private static final int LONG_DIGITS = 18;

  private final ByteSink out = new ByteSink();
  private long previousTime;

  byte[] write(VitalBlock block) {
    out.octet(block.worn().isPresent() ? WORN_VERSION : VERSION);
    out.octet(block.skewed() ? SKEWED : 0);
    block.worn().ifPresent(this::worn);
    int count = block.readings().size();
    out.octet(count >>> 8);
    out.octet(count);
    block.readings().forEach(this::reading);
    return out.toByteArray();
  }

  private void worn(Worn worn) {
    out.id(worn.assignment());
    out.integer(worn.version());
  }

  private void reading(Reading reading) {
    switch (reading) {
      case Quantity quantity -> {
        out.octet(quantity.sign().wireId());
        time(quantity.timeMillis());
        decimal(quantity.value());
      }
      case Waveform waveform -> {
        out.octet(waveform.sign().wireId());
        time(waveform.timeMillis());
        out.bytes(SampleBytes.of(waveform.samples()));
      }
      case BloodPressure panel -> {
        out.octet(
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

  /** As a difference: near readings take a byte or three. */
  private void time(long timeMillis) {
    out.zigzag(timeMillis - previousTime);
    previousTime = timeMillis;
  }

  private void decimal(@Nullable BigDecimal value) {
    if (value != null) {
      out.octet(value.scale());
      if (value.precision() <= LONG_DIGITS) {
        shortInteger(value.scaleByPowerOfTen(value.scale()).longValue());
      } else {
        byte[] unscaled = value.unscaledValue().toByteArray();
        out.octet(unscaled.length);
        out.bytes(unscaled);
      }
    }
  }

  /** Length and bytes, as {@link java.math.BigInteger#toByteArray()} has them. */
  private void shortInteger(long value) {
    int length = (Long.SIZE - Long.numberOfLeadingZeros(value ^ (value >> 63))) / Byte.SIZE + 1;
    out.octet(length);
    for (int shift = (length - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      out.octet((int) (value >>> shift));
    }
  }
}
