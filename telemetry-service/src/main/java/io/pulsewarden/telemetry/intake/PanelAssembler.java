package io.pulsewarden.telemetry.intake;

import io.pulsewarden.telemetry.intake.CheckedRecord.Good;
import io.pulsewarden.telemetry.intake.CheckedRecord.Taken;
import io.pulsewarden.telemetry.intake.CheckedRecord.TakenWaveform;
import io.pulsewarden.telemetry.vitals.Reading;
import io.pulsewarden.telemetry.vitals.Reading.BloodPressure;
import io.pulsewarden.telemetry.vitals.Reading.Quantity;
import io.pulsewarden.telemetry.vitals.VitalSign;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Makes readings of one device's records: pressures of one time become one panel. The order is that
 * of each reading's first record. One use each.
 */
final class PanelAssembler {

  private final List<Supplier<Reading>> readings = new ArrayList<>();
  private final Map<Long, List<Map<VitalSign, BigDecimal>>> panels = new HashMap<>();

  static List<Reading> assemble(List<Good> records) {
    PanelAssembler assembler = new PanelAssembler();
    records.forEach(assembler::add);
    return assembler.readings.stream().map(Supplier::get).toList();
  }

  private void add(Good record) {
    switch (record) {
      case TakenWaveform block -> readings.add(block::waveform);
      case Taken value -> add(value);
    }
  }

  private void add(Taken record) {
    if (record.sign().isPanelMember()) {
      member(record);
    } else {
      Reading reading = new Quantity(record.sign(), record.timeMillis(), record.value());
      readings.add(() -> reading);
    }
  }

  private void member(Taken record) {
    List<Map<VitalSign, BigDecimal>> ofThisTime =
        panels.computeIfAbsent(record.timeMillis(), _ -> new ArrayList<>());
    for (Map<VitalSign, BigDecimal> panel : ofThisTime) {
      BigDecimal there = panel.putIfAbsent(record.sign(), record.value());
      if (there == null || there.compareTo(record.value()) == 0) {
        return;
      }
    }
    Map<VitalSign, BigDecimal> another = new EnumMap<>(VitalSign.class);
    another.put(record.sign(), record.value());
    ofThisTime.add(another);
    readings.add(
        () ->
            new BloodPressure(
                record.timeMillis(),
                another.get(VitalSign.SYSTOLIC_PRESSURE),
                another.get(VitalSign.DIASTOLIC_PRESSURE),
                another.get(VitalSign.MEAN_PRESSURE)));
  }
}
