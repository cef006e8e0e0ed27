package io.pulsewarden.telemetry.vitals;

import io.pulsewarden.telemetry.vitals.Reading.BloodPressure;
import io.pulsewarden.telemetry.vitals.Reading.Quantity;
import io.pulsewarden.telemetry.vitals.Reading.Waveform;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads docs/formats/vital-block.md. One use each. */
final class BlockReader {

  private static final int MEMBERS =
      BlockWriter.SYSTOLIC | BlockWriter.DIASTOLIC | BlockWriter.MEAN;
  private static final int VARINT_BITS = 63;

  private final byte[] bytes;
  private final ByteBuffer in;
  private long previousTime;

  BlockReader(byte[] bytes) {
    this.bytes = bytes;
    this.in = ByteBuffer.wrap(bytes);
  }

  VitalBlock read() {
    VitalBlock block;
    try {
      block = block();
    } catch (BufferUnderflowException cutShort) {
      throw new MalformedBlockException("the block is cut short");
    } catch (IllegalArgumentException | ArithmeticException impossible) {
      throw new MalformedBlockException("the block holds what no block may hold");
    }
    // One form only: what reads well but was not written so is no block of ours.
    if (!Arrays.equals(block.encode(), bytes)) {
      throw new MalformedBlockException("the block is not in its canonical form");
    }
    return block;
  }

  private VitalBlock block() {
    int version = unsigned();
    if (version != BlockWriter.VERSION && version != BlockWriter.WORN_VERSION) {
      throw new MalformedBlockException("unknown version of a block");
    }
    int flags = unsigned();
    Optional<Worn> worn =
        version == BlockWriter.WORN_VERSION
            ? Optional.of(new Worn(new UUID(in.getLong(), in.getLong()), in.getInt()))
            : Optional.empty();
    int count = unsigned() << 8 | unsigned();
    List<Reading> readings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      readings.add(reading());
    }
    return new VitalBlock((flags & BlockWriter.SKEWED) != 0, readings, worn);
  }

  private Reading reading() {
    int kind = unsigned();
    if ((kind & (BlockWriter.PANEL | SampleBytes.WAVEFORM)) == SampleBytes.WAVEFORM) {
      WaveSign sign =
          WaveSign.withWireId(kind)
              .orElseThrow(() -> new MalformedBlockException("unknown waveform in a block"));
      return new Waveform(sign, time(), samples());
    }
    if ((kind & BlockWriter.PANEL) == 0) {
      VitalSign sign =
          VitalSign.withWireId(kind)
              .orElseThrow(() -> new MalformedBlockException("unknown sign in a block"));
      return new Quantity(sign, time(), decimal());
    }
    int members = kind & MEMBERS;
    return new BloodPressure(
        time(),
        member(members, BlockWriter.SYSTOLIC),
        member(members, BlockWriter.DIASTOLIC),
        member(members, BlockWriter.MEAN));
  }

  private @Nullable BigDecimal member(int members, int bit) {
    return (members & bit) == 0 ? null : decimal();
  }

  private long time() {
    previousTime += signed(varint());
    return previousTime;
  }

  private Samples samples() {
    BigDecimal period = decimal();
    BigDecimal factor = decimal();
    BigDecimal origin = decimal();
    int limits = unsigned();
    Samples.Grid grid =
        new Samples.Grid(
            period,
            factor,
            origin,
            (limits & SampleBytes.LOWER) == 0 ? null : decimal(),
            (limits & SampleBytes.UPPER) == 0 ? null : decimal());
    int[] values = new int[unsigned() << 8 | unsigned()];
    int before = 0;
    for (int i = 0; i < values.length; i++) {
      long coded = varint();
      if (coded < SampleBytes.MARKS) {
        values[i] = Samples.ERROR + (int) coded;
      } else {
        before = Math.toIntExact(before + signed(coded - SampleBytes.MARKS));
        values[i] = before;
      }
    }
    return new Samples(grid, values);
  }

  private static long signed(long zigzag) {
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  private long varint() {
    long number = 0;
    for (int shift = 0; shift <= VARINT_BITS; shift += 7) {
      int next = unsigned();
      number |= (long) (next & 0x7F) << shift;
      if ((next & 0x80) == 0) {
        return number;
      }
    }
    throw new MalformedBlockException("a number that never ends");
  }

  private BigDecimal decimal() {
    int scale = unsigned();
    byte[] unscaled = new byte[unsigned()];
    in.get(unscaled);
    if (scale > ExactDecimal.MAX_SCALE || unscaled.length == 0) {
      throw new MalformedBlockException("not a decimal");
    }
    return new BigDecimal(new BigInteger(unscaled), scale);
  }

  private int unsigned() {
    return in.get() & 0xFF;
  }
}
