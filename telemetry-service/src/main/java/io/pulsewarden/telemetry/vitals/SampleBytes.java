package io.pulsewarden.telemetry.vitals;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The bytes of a waveform's samples, docs/formats/vital-block.md. */
final class SampleBytes {

  /** Set in the byte that says what a reading is, for a waveform and for no other sign. */
  static final int WAVEFORM = 0x40;

  static final int LOWER = 1;
  static final int UPPER = 2;

  /** Numbers below it are marks: error, below, above. */
  static final int MARKS = 3;

  private SampleBytes() {}

  static byte[] of(Samples samples) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(32 + 2 * samples.count());
    Samples.Grid grid = samples.grid();
    decimal(out, grid.periodMillis());
    decimal(out, grid.factor());
    decimal(out, grid.origin());
    out.write((grid.lower() == null ? 0 : LOWER) | (grid.upper() == null ? 0 : UPPER));
    decimal(out, grid.lower());
    decimal(out, grid.upper());
    out.write(samples.count() >>> 8);
    out.write(samples.count());
    int before = 0;
    for (int i = 0; i < samples.count(); i++) {
      int value = samples.at(i);
      if (Samples.isMark(value)) {
        out.write(value - Samples.ERROR);
      } else {
        int difference = value - before;
        before = value;
        varint(out, ((difference << 1) ^ (difference >> 31)) + MARKS);
      }
    }
    return out.toByteArray();
  }

  /** What stands for the samples where they would be too many. */
  static String digest(Samples samples) {
    try {
      return "sha-256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(of(samples)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static void varint(ByteArrayOutputStream out, int number) {
    int rest = number;
    while ((rest & ~0x7F) != 0) {
      out.write((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  private static void decimal(ByteArrayOutputStream out, @Nullable BigDecimal value) {
    if (value != null) {
      byte[] unscaled = value.unscaledValue().toByteArray();
      out.write(value.scale());
      out.write(unscaled.length);
      out.writeBytes(unscaled);
    }
  }
}
