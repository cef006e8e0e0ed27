package io.pulsewarden.telemetry.vitals;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.pulsewarden.telemetry.vitals.Reading.BloodPressure;
import io.pulsewarden.telemetry.vitals.Reading.Quantity;
import io.pulsewarden.telemetry.vitals.Reading.Waveform;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one reading that are proved to have been received: hashed with a salt under the
 * patient's receipt key into the Merkle root of a stored range. docs/formats/vital-block.md.
 *
 * @param subject the patient, or the device for a reading that nobody wore
 * @param source who authenticated
 * @param device who measured
 */
public record CanonicalRecord(UUID subject, UUID source, UUID device, Reading reading) {

  private static final int VERSION = 1;

  /** A fresh array; the same record always has the same bytes. */
  public byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(VERSION);
    id(out, subject);
    id(out, source);
    id(out, device);
    out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(reading.timeMillis()).array());
    text(out, reading.code());
    switch (reading) {
      case Quantity quantity -> {
        out.write(1);
        value(out, quantity.sign(), quantity.value());
      }
      case Waveform waveform -> {
        out.write(1);
        text(out, waveform.code());
        text(out, SampleBytes.digest(waveform.samples()));
        text(out, waveform.sign().scale().canonical());
      }
      case BloodPressure panel -> {
        out.write(count(panel.systolic(), panel.diastolic(), panel.mean()));
        value(out, VitalSign.SYSTOLIC_PRESSURE, panel.systolic());
        value(out, VitalSign.DIASTOLIC_PRESSURE, panel.diastolic());
        value(out, VitalSign.MEAN_PRESSURE, panel.mean());
      }
    }
    return out.toByteArray();
  }

  private static int count(@Nullable BigDecimal... members) {
    int there = 0;
    for (BigDecimal member : members) {
      there += member == null ? 0 : 1;
    }
    return there;
  }

  private static void value(ByteArrayOutputStream out, VitalSign sign, @Nullable BigDecimal value) {
    if (value != null) {
      text(out, sign.code());
      text(out, value.toPlainString());
      text(out, sign.units().canonical());
    }
  }

  private static void id(ByteArrayOutputStream out, UUID id) {
    out.writeBytes(
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .array());
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] ascii = text.getBytes(US_ASCII);
    out.write(ascii.length);
    out.writeBytes(ascii);
  }

  @Override
  public String toString() {
    return "CanonicalRecord[redacted]";
  }
}
