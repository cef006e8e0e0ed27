package io.pulsewarden.telemetry.vitals;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What one Observation is made of: a value, a blood-pressure panel, or a block of samples, at a
 * moment. Values are in the canonical unit, exact, without trailing zeros, so that equal readings
 * are {@code equals}.
 *
 * <p>{@code toString} tells nothing: a reading must not come into a log by accident.
 */
public sealed interface Reading {

  /** Unix time in milliseconds. */
  long timeMillis();

  /** Code of the Observation; the panel's for blood pressure. */
  String code();

  /** Any sign but the three pressures. */
  record Quantity(VitalSign sign, long timeMillis, BigDecimal value) implements Reading {
    public Quantity {
      if (sign.isPanelMember()) {
        throw new IllegalArgumentException("a pressure stands in a panel");
      }
      value = ExactDecimal.normal(value);
    }

    @Override
    public String code() {
      return sign.code();
    }

    @Override
    public String toString() {
      return "Quantity[redacted]";
    }
  }

  /**
   * A block of a waveform.
   *
   * @param timeMillis of the first sample
   */
  record Waveform(WaveSign sign, long timeMillis, Samples samples) implements Reading {
    @Override
    public String code() {
      return sign.code();
    }

    @Override
    public String toString() {
      return "Waveform[redacted]";
    }
  }

  /** A panel; at least one member is there. */
  record BloodPressure(
      long timeMillis,
      @Nullable BigDecimal systolic,
      @Nullable BigDecimal diastolic,
      @Nullable BigDecimal mean)
      implements Reading {
    public BloodPressure {
      if (systolic == null && diastolic == null && mean == null) {
        throw new IllegalArgumentException("a panel without members");
      }
      systolic = systolic == null ? null : ExactDecimal.normal(systolic);
      diastolic = diastolic == null ? null : ExactDecimal.normal(diastolic);
      mean = mean == null ? null : ExactDecimal.normal(mean);
    }

    @Override
    public String code() {
      return VitalSign.BLOOD_PRESSURE_PANEL;
    }

    @Override
    public String toString() {
      return "BloodPressure[redacted]";
    }
  }
}
