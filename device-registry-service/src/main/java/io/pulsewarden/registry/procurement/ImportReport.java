package io.pulsewarden.registry.procurement;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What became of an import.
 *
 * @param dryRun nothing was changed
 * @param rows that had something in them, the header aside
 * @param imported rows that are procured devices now, or would be
 * @param problems every other row, in the order of lines
 */
@Schema(name = "ImportReport")
record ImportReport(boolean dryRun, int rows, int imported, List<RowProblem> problems) {

  ImportReport {
    problems = List.copyOf(problems);
  }
}
