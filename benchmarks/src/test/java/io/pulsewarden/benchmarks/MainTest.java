package io.pulsewarden.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class MainTest {

  @TempDir Path results;

  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();

  @Test
  void shouldPrintAFigureBesideItsBaselineAndKeepItRaw() throws IOException {
    int code = run("half", "--results", results.toString());

    assertThat(code).isZero();
    assertThat(out.toString()).contains("halves").contains("ratio   0.5000 to wholes (2.000 /s)");
    assertThat(Files.readString(results.resolve("half").resolve("figures.csv")))
        .isEqualTo("halves,1.000000,/s,wholes,2.000000,0.500000\n");
  }

  @Test
  void shouldNameTheBenchmarksThereAre() {
    assertThat(run()).isZero();
    assertThat(out.toString()).contains("half").contains("of a whole");
  }

  @Test
  void shouldRefuseABenchmarkThatThereIsNot() {
    assertThat(run("third")).isEqualTo(2);
    assertThat(errors.toString()).contains("there is no benchmark 'third', but half");
  }

  private int run(String... arguments) {
    return new CommandLine(new Main(List.of(new Half())))
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(errors))
        .execute(arguments);
  }

  private static final class Half implements Scenario {

    @Override
    public String name() {
      return "half";
    }

    @Override
    public String summary() {
      return "half of a whole";
    }

    @Override
    public void run(Bench bench) throws IOException {
      bench.report(new Figure("halves", 1, "/s", "wholes", 2));
    }
  }
}
