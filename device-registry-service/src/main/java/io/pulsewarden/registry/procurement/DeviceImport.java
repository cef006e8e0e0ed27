package io.pulsewarden.registry.procurement;

import io.pulsewarden.registry.problem.Problem;
import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One import: rows are read, judged and handed on in batches. What it holds is bounded by {@link
 * #MAX_ROWS}: a label of each row, and a problem of each bad one. Not thread-safe; blocks.
 */
final class DeviceImport {

  static final int MAX_ROWS = 100_000;
  static final int BATCH = 1_000;

  /** Takes good rows, and tells of those that are there already. */
  interface Batches {

    /** Lines of the rows that are devices of the organisation already. */
    Set<Integer> take(List<ProcuredRow> rows);
  }

  private final RowReader reader;
  private final Batches batches;
  private final List<RowProblem> problems = new ArrayList<>();
  private final Set<String> labels = new HashSet<>();
  private final List<ProcuredRow> batch = new ArrayList<>();
  private int rows;
  private int imported;

  DeviceImport(RowReader reader, Batches batches) {
    this.reader = reader;
    this.batches = batches;
  }

  /**
   * Reads to the end. Each batch is committed by itself: a crash between two leaves the devices of
   * those before it, and the same import again reports them as there already and brings the rest.
   *
   * @throws ProblemException if there are too many rows; those before are imported
   */
  ImportReport run(boolean dryRun) throws IOException {
    RowReader.@Nullable Row row = reader.next();
    while (row != null) {
      rows++;
      if (rows > MAX_ROWS) {
        flush();
        throw new ProblemException(
            ProblemType.TOO_MANY_ROWS.because(
                "An import has 100,000 rows at most; those before line "
                    + row.line()
                    + " were judged as usual."));
      }
      judge(row);
      if (batch.size() == BATCH) {
        flush();
      }
      row = reader.next();
    }
    flush();
    problems.sort(Comparator.comparingInt(RowProblem::line));
    return new ImportReport(dryRun, rows, imported, problems);
  }

  private void judge(RowReader.Row row) {
    switch (row) {
      case RowReader.Row.Bad(int line, String code) -> problems.add(RowProblem.of(line, code));
      case RowReader.Row.Fields fields -> judge(fields);
    }
  }

  private void judge(RowReader.Row.Fields fields) {
    try {
      ProcuredRow row = new ProcuredRow(fields.line(), ProcuredFields.description(fields.values()));
      if (labels.add(row.label())) {
        batch.add(row);
      } else {
        problems.add(RowProblem.of(row.line(), RowProblem.DUPLICATE));
      }
    } catch (ProblemException wrong) {
      Problem problem = wrong.problem();
      problems.add(new RowProblem(fields.line(), problem.code(), problem.field()));
    }
  }

  private void flush() {
    if (batch.isEmpty()) {
      return;
    }
    Set<Integer> there = batches.take(List.copyOf(batch));
    there.forEach(line -> problems.add(RowProblem.of(line, RowProblem.EXISTS)));
    imported += batch.size() - there.size();
    batch.clear();
  }
}
