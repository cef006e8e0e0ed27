package io.pulsewarden.telemetry.vitals;

import io.pulsewarden.telemetry.vitals.Reading.BloodPressure;
import io.pulsewarden.telemetry.vitals.Reading.Quantity;
import io.pulsewarden.telemetry.vitals.Reading.Waveform;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The byte that says what a reading is, and the values that follow from it. */
final class ReadingKind {

  private static final int MEMBERS =
      BlockWriter.SYSTOLIC | BlockWriter.DIASTOLIC | BlockWriter.MEAN;

  private ReadingKind() {}

  static int of(Reading reading) {
    return switch (reading) {
      case Quantity quantity -> quantity.sign().wireId();
      case Waveform waveform -> waveform.sign().wireId();
      case BloodPressure panel ->
          BlockWriter.PANEL
              | (panel.systolic() == null ? 0 : BlockWriter.SYSTOLIC)
              | (panel.diastolic() == null ? 0 : BlockWriter.DIASTOLIC)
              | (panel.mean() == null ? 0 : BlockWriter.MEAN);
    };
  }

  /**
   * Code of the Observation.
   *
   * @throws MalformedBlockException if there is no such kind
   */
  static String code(int kind) {
    return (kind & BlockWriter.PANEL) == 0
        ? VitalSign.withWireId(kind)
            .orElseThrow(() -> new MalformedBlockException("unknown sign in a block"))
            .code()
        : VitalSign.BLOOD_PRESSURE_PANEL;
  }

  /** How many values a reading of this kind has. */
  static int width(int kind) {
    return (kind & BlockWriter.PANEL) == 0 ? 1 : Integer.bitCount(kind & MEMBERS);
  }

  /** Its values, in the order systolic, diastolic, mean. */
  static List<BigDecimal> values(Reading reading) {
    return switch (reading) {
      case Quantity quantity -> List.of(quantity.value());
      case Waveform _ -> throw new IllegalArgumentException("a waveform has no columns");
      case BloodPressure panel ->
          Stream.of(panel.systolic(), panel.diastolic(), panel.mean())
              .<BigDecimal>mapMulti(
                  (value, next) -> {
                    if (value != null) {
                      next.accept(value);
                    }
                  })
              .toList();
    };
  }

  /**
   * The reading again.
   *
   * @throws MalformedBlockException if there is no such kind
   */
  static Reading reading(int kind, long timeMillis, List<BigDecimal> values) {
    if ((kind & BlockWriter.PANEL) == 0) {
      return new Quantity(
          VitalSign.withWireId(kind)
              .orElseThrow(() -> new MalformedBlockException("unknown sign in a block")),
          timeMillis,
          values.getFirst());
    }
    if ((kind & ~(BlockWriter.PANEL | MEMBERS)) != 0) {
      throw new MalformedBlockException("unknown members of a panel");
    }
    return new BloodPressure(
        timeMillis,
        member(kind, BlockWriter.SYSTOLIC, values),
        member(kind, BlockWriter.DIASTOLIC, values),
        member(kind, BlockWriter.MEAN, values));
  }

  /** The members before it that are there say where it stands. */
  private static @Nullable BigDecimal member(int kind, int bit, List<BigDecimal> values) {
    return (kind & bit) == 0 ? null : values.get(Integer.bitCount(kind & MEMBERS & (bit - 1)));
  }
}
