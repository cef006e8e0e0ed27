package io.pulsewarden.e2e;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A recorded patient: what each minute of the record must become, told from the record alone. An
 * empty field is nothing; a 0 is a sensor that was off and never a value.
 */
final class RecordedVitals {

  /** Column of the record, LOINC code, UCUM unit, and the panel that it is a component of. */
  private enum Column {
    HR("8867-4", "/min", Device.MONITOR, ""),
    PULSE("8889-8", "/min", Device.MONITOR, ""),
    RESP("9279-1", "/min", Device.MONITOR, ""),
    SpO2("59408-5", "%", Device.MONITOR, ""),
    ABPSys("8480-6", "mm[Hg]", Device.MONITOR, "85354-9"),
    ABPDias("8462-4", "mm[Hg]", Device.MONITOR, "85354-9"),
    ABPMean("8478-0", "mm[Hg]", Device.MONITOR, "85354-9"),
    NBPSys("8480-6", "mm[Hg]", Device.CUFF, "85354-9"),
    NBPDias("8462-4", "mm[Hg]", Device.CUFF, "85354-9"),
    NBPMean("8478-0", "mm[Hg]", Device.CUFF, "85354-9");

    private final String code;
    private final String unit;
    private final Device device;
    private final String panel;

    Column(String code, String unit, Device device, String panel) {
      this.code = code;
      this.unit = unit;
      this.device = device;
      this.panel = panel;
    }
  }

  /** Which of the two devices at the bed measured it. */
  enum Device {
    MONITOR,
    CUFF
  }

  private final List<Map<String, String>> rows;
  private final Instant start;

  private RecordedVitals(List<Map<String, String>> rows, Instant start) {
    this.rows = rows;
    this.start = start;
  }

  static RecordedVitals read(Path file, Instant start) {
    try {
      List<String> lines = Files.readAllLines(file);
      String[] names = lines.getFirst().split(",", -1);
      List<Map<String, String>> rows = new ArrayList<>();
      for (String line : lines.subList(1, lines.size())) {
        String[] fields = line.split(",", -1);
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i < names.length; i++) {
          row.put(names[i], fields[i]);
        }
        rows.add(row);
      }
      return new RecordedVitals(rows, start);
    } catch (IOException e) {
      throw new IllegalStateException(file.toString(), e);
    }
  }

  int minutes() {
    return rows.size();
  }

  /** Every value that must be readable, once. */
  List<ExpectedValue> values() {
    return cells(false);
  }

  /** Every 0: each must stand in quarantine and be readable nowhere. */
  List<ExpectedValue> sensorOff() {
    return cells(true);
  }

  private List<ExpectedValue> cells(boolean zero) {
    List<ExpectedValue> cells = new ArrayList<>();
    for (Map<String, String> row : rows) {
      Instant time = start.plus(Duration.ofMinutes(Long.parseLong(row.getOrDefault("minute", ""))));
      for (Column column : Column.values()) {
        String field = row.getOrDefault(column.name(), "");
        if (!field.isEmpty() && (new BigDecimal(field).signum() == 0) == zero) {
          cells.add(
              new ExpectedValue(
                  column.device, column.panel, column.code, time, field, column.unit));
        }
      }
    }
    return cells;
  }

  /**
   * One number of the record.
   *
   * @param panel code of the Observation that carries it as a component; empty if it is its own
   * @param value exactly as recorded
   */
  record ExpectedValue(
      Device device, String panel, String code, Instant time, String value, String unit) {}
}
