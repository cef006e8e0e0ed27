package io.pulsewarden.registry.procurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.registry.problem.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeviceImportTest {

  @Test
  void shouldHandOnRowsInBatchesAndHoldNoMore() throws IOException {
    List<Integer> sizes = new ArrayList<>();

    ImportReport report =
        new DeviceImport(
                rows(2_500, DeviceImportTest::good),
                batch -> {
                  sizes.add(batch.size());
                  return Set.of();
                })
            .run(false);

    assertThat(sizes).containsExactly(1_000, 1_000, 500);
    assertThat(report).isEqualTo(new ImportReport(false, 2_500, 2_500, List.of()));
  }

  @Test
  void shouldReportEachBadRowWithLineAndReasonInOrder() throws IOException {
    ImportReport report =
        new DeviceImport(
                rows(
                    6,
                    line ->
                        switch (line) {
                          case 2 -> new RowReader.Row.Bad(line, "invalid-row");
                          case 4 -> good(1, 4);
                          case 5 ->
                              new RowReader.Row.Fields(
                                  5, Map.of("serialNumber", "s", "model", "m"));
                          default -> good(line);
                        }),
                batch -> Set.of(3))
            .run(true);

    assertThat(report)
        .isEqualTo(
            new ImportReport(
                true,
                6,
                2,
                List.of(
                    new RowProblem(2, "invalid-row", null),
                    new RowProblem(3, "device-already-registered", null),
                    new RowProblem(4, "duplicate-row", null),
                    new RowProblem(5, "invalid-field", "manufacturer"))));
  }

  @Test
  void shouldTakeAsManyRowsAsAllowedAndNoMore() {
    List<Integer> sizes = new ArrayList<>();
    DeviceImport tooLarge =
        new DeviceImport(
            rows(DeviceImport.MAX_ROWS + 1, DeviceImportTest::good),
            batch -> {
              sizes.add(batch.size());
              return Set.of();
            });

    assertThatThrownBy(() -> tooLarge.run(false))
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> assertThat(problem.problem().code()).isEqualTo("too-many-rows"));
    assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(DeviceImport.MAX_ROWS);
  }

  /**
   * Dies at the second batch's commit: before it, and after it but before anybody heard. The same
   * import again brings the rest, and no device twice.
   */
  @Test
  void shouldBringTheRestAfterACrashAndNothingTwice() throws IOException {
    for (boolean persisted : new boolean[] {false, true}) {
      Set<String> devices = new HashSet<>();
      DeviceImport dying =
          new DeviceImport(
              rows(2_500, DeviceImportTest::good),
              batch -> {
                boolean crash = devices.size() == DeviceImport.BATCH;
                if (!crash || persisted) {
                  batch.forEach(row -> assertThat(devices.add(row.label())).isTrue());
                }
                if (crash) {
                  throw new IllegalStateException("killed");
                }
                return Set.of();
              });
      assertThatThrownBy(() -> dying.run(false)).hasMessage("killed");
      int left = devices.size();
      assertThat(left).isEqualTo(persisted ? 2 * DeviceImport.BATCH : DeviceImport.BATCH);

      ImportReport again =
          new DeviceImport(
                  rows(2_500, DeviceImportTest::good),
                  batch ->
                      batch.stream()
                          .filter(row -> !devices.add(row.label()))
                          .map(ProcuredRow::line)
                          .collect(Collectors.toSet()))
              .run(false);

      assertThat(devices).hasSize(2_500);
      assertThat(again.imported()).isEqualTo(2_500 - left);
      assertThat(again.problems())
          .hasSize(left)
          .allMatch(problem -> problem.code().equals("device-already-registered"));
    }
  }

  private static RowReader.Row good(int line) {
    return good(line, line);
  }

  private static RowReader.Row good(int serial, int line) {
    return new RowReader.Row.Fields(
        line, Map.of("serialNumber", "SN-" + serial, "model", "PX-1", "manufacturer", "Acme"));
  }

  private static RowReader rows(int count, IntFunction<RowReader.Row> row) {
    return new RowReader() {
      private int line;

      @Override
      public @Nullable Row next() {
        line++;
        return line > count ? null : row.apply(line);
      }
    };
  }
}
