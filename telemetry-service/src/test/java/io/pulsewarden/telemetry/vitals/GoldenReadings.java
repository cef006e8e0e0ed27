package io.pulsewarden.telemetry.vitals;

import io.pulsewarden.telemetry.vitals.Reading.BloodPressure;
import io.pulsewarden.telemetry.vitals.Reading.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The readings of the golden bytes in docs/formats/vital-block.md. */
final class GoldenReadings {

  static final BloodPressure PANEL =
      new BloodPressure(1_800_000_060_000L, new BigDecimal("120"), null, new BigDecimal("92.5"));

  static final VitalBlock BLOCK =
      new VitalBlock(
          false,
          List.of(
              new Quantity(VitalSign.HEART_RATE, 1_800_000_000_000L, new BigDecimal("62.8")),
              PANEL,
              new Quantity(
                  VitalSign.BODY_TEMPERATURE, 1_800_000_060_000L, new BigDecimal("-0.5"))));

  static final VitalBlock LATER_SIGNS =
      new VitalBlock(
          false,
          List.of(
              new Quantity(VitalSign.INSPIRED_OXYGEN, 1_800_000_000_000L, new BigDecimal("21")),
              new Quantity(VitalSign.STEPS, 1_800_000_000_000L, new BigDecimal("123")),
              new Quantity(VitalSign.BATTERY, 1_800_000_000_000L, new BigDecimal("88")),
              new Quantity(VitalSign.SIGNAL_QUALITY, 1_800_000_000_000L, new BigDecimal("99.5"))));

  static final VitalBlock WORN_BLOCK =
      new VitalBlock(
          false,
          BLOCK.readings(),
          Optional.of(new Worn(UUID.fromString("00000000-0000-4000-8000-000000000004"), 3)));

  private GoldenReadings() {}
}
