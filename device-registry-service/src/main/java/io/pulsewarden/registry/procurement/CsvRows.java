package io.pulsewarden.registry.procurement;

import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** CSV (RFC 4180) with a header that names the fields, in any order. */
final class CsvRows implements RowReader {

  private final BoundedLines lines;
  private final List<String> header;

  /** Reads the header, and fails if it is none. */
  CsvRows(InputStream in) throws IOException {
    this.lines = new BoundedLines(in);
    this.header = header(lines.next());
  }

  private static List<String> header(@Nullable String line) {
    List<String> names = CsvLine.parse(line == null ? "" : line).orElse(List.of());
    if (!ProcuredFields.NAMES.containsAll(names)
        || !names.containsAll(ProcuredFields.REQUIRED)
        || new HashSet<>(names).size() != names.size()) {
      throw new ProblemException(
          ProblemType.INVALID_BODY.because(
              "The first line has to name the fields: " + String.join(",", ProcuredFields.NAMES)));
    }
    return names;
  }

  @Override
  public @Nullable Row next() throws IOException {
    String line = lines.next();
    while (line != null && line.isBlank()) {
      line = lines.next();
    }
    if (line == null) {
      return null;
    }
    int number = lines.number();
    if (lines.wasTooLong()) {
      return new Row.Bad(number, RowProblem.TOO_LONG);
    }
    List<String> fields = CsvLine.parse(line).orElse(List.of());
    if (fields.size() != header.size()) {
      return new Row.Bad(number, RowProblem.INVALID_ROW);
    }
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < fields.size(); i++) {
      // CSV can't tell an empty field from none.
      if (!fields.get(i).isEmpty()) {
        values.put(header.get(i), fields.get(i));
      }
    }
    return new Row.Fields(number, values);
  }
}
