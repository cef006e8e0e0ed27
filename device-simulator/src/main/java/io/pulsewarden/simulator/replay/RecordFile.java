package io.pulsewarden.simulator.replay;

import io.pulsewarden.simulator.SimulatorException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A recorded patient: one row a minute. An empty field is a measurement that was not taken, and has
 * no entry; a 0 stands as it is in the file, whatever it means.
 *
 * @param rows in the order of their minutes
 */
public record RecordFile(List<Row> rows) {

  /**
   * One minute.
   *
   * @param minute since the record's start
   * @param values exactly as written
   */
  record Row(int minute, Map<Channel, BigDecimal> values) {
    Row {
      values = Map.copyOf(values);
    }
  }

  public RecordFile {
    rows = List.copyOf(rows);
    if (rows.isEmpty()) {
      throw new SimulatorException("the record has no rows");
    }
    for (int i = 1; i < rows.size(); i++) {
      if (rows.get(i).minute() <= rows.get(i - 1).minute()) {
        throw new SimulatorException("minute " + rows.get(i).minute() + " is out of order");
      }
    }
  }

  /** Reads comma-separated values with a heading: {@code minute} and the known channels. */
  public static RecordFile read(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      String[] heading = lines.getFirst().split(",", -1);
      Map<Integer, Channel> channels = channels(heading, file);
      List<Row> rows = new ArrayList<>(lines.size());
      for (int line = 1; line < lines.size(); line++) {
        if (!lines.get(line).isBlank()) {
          rows.add(row(lines.get(line), heading.length, channels, file + " line " + (line + 1)));
        }
      }
      return new RecordFile(rows);
    } catch (IOException e) {
      throw new SimulatorException("cannot read the record " + file, e);
    }
  }

  /** The minute of the last row. */
  public int lastMinute() {
    return rows.getLast().minute();
  }

  private static Map<Integer, Channel> channels(String[] heading, Path file) {
    if (!heading[0].equals("minute")) {
      throw new SimulatorException(file + " does not start with the column 'minute'");
    }
    Map<Integer, Channel> channels = new HashMap<>();
    for (int i = 1; i < heading.length; i++) {
      channels.put(i, channel(heading[i], file));
    }
    return channels;
  }

  private static Channel channel(String column, Path file) {
    for (Channel each : Channel.values()) {
      if (each.column().equals(column)) {
        return each;
      }
    }
    throw new SimulatorException(file + " has an unknown column '" + column + "'");
  }

  private static Row row(String line, int columns, Map<Integer, Channel> channels, String where) {
    String[] fields = line.split(",", -1);
    if (fields.length != columns) {
      throw new SimulatorException(where + " has " + fields.length + " fields, not " + columns);
    }
    try {
      Map<Channel, BigDecimal> values = new EnumMap<>(Channel.class);
      channels.forEach(
          (column, channel) -> {
            if (!fields[column].isBlank()) {
              values.put(channel, new BigDecimal(fields[column].strip()));
            }
          });
      return new Row(Integer.parseInt(fields[0].strip()), values);
    } catch (NumberFormatException e) {
      throw new SimulatorException(where + " has a field that is not a number", e);
    }
  }
}
