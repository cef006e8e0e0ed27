package io.pulsewarden.benchmarks;

import io.pulsewarden.benchmarks.audit.AuditScenario;
import io.pulsewarden.benchmarks.enrol.EnrolScenario;
import io.pulsewarden.benchmarks.enrol.IssueScenario;
import io.pulsewarden.benchmarks.enrol.RevokeToClosed;
import io.pulsewarden.benchmarks.envelope.EnvelopeScenario;
import io.pulsewarden.benchmarks.intake.IntakeScenario;
import io.pulsewarden.benchmarks.intake.PathScenario;
import io.pulsewarden.benchmarks.intake.SessionsScenario;
import io.pulsewarden.benchmarks.intake.StoreScenario;
import io.pulsewarden.benchmarks.keys.KeysScenario;
import io.pulsewarden.benchmarks.read.ReadScenario;
import io.pulsewarden.benchmarks.read.StoreSizeScenario;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./pulsewarden bench NAME}. Exit codes: 0 measured, 1 not, 2 wrong options. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures, each figure beside a baseline of the same run.")
public final class Main implements Callable<Integer> {

  private static final List<Scenario> SCENARIOS =
      List.of(
          new EnrolScenario(),
          new IssueScenario(),
          new RevokeToClosed(),
          new EnvelopeScenario(),
          new IntakeScenario(),
          new PathScenario(),
          new StoreScenario(),
          new SessionsScenario(),
          new KeysScenario(),
          new AuditScenario(),
          new ReadScenario(),
          new StoreSizeScenario());

  /** Held here, else it is collected with its level: a client lists its settings at each start. */
  private static final Logger KAFKA = Logger.getLogger("org.apache.kafka");

  @Spec private @Nullable CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "What to measure; none lists all.")
  private @Nullable String name;

  @Option(names = "--quick", description = "Briefly, to see that it works; the figures say little.")
  private boolean quick;

  @Option(
      names = "--results",
      paramLabel = "DIR",
      description = "Where raw data go (default: benchmarks/target/results).")
  private @Nullable Path results;

  private final List<Scenario> scenarios;

  Main(List<Scenario> scenarios) {
    this.scenarios = scenarios;
  }

  /** Runs one scenario. */
  public static void main(String[] arguments) {
    KAFKA.setLevel(Level.WARNING);
    System.exit(new CommandLine(new Main(SCENARIOS)).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    String wanted = name;
    if (wanted == null) {
      scenarios.forEach(each -> out.printf("  %-10s %s%n", each.name(), each.summary()));
      out.flush();
      return 0;
    }
    for (Scenario scenario : scenarios) {
      if (scenario.name().equals(wanted)) {
        try (Bench bench = new Bench(wanted, folder(), quick, out)) {
          scenario.run(bench);
        }
        return 0;
      }
    }
    throw new CommandLine.ParameterException(
        spec.commandLine(), "there is no benchmark '" + wanted + "', but " + names());
  }

  private Path folder() {
    Path chosen = results;
    return chosen != null
        ? chosen
        : Path.of(System.getProperty("pulsewarden.root", ".")).resolve("benchmarks/target/results");
  }

  private String names() {
    return scenarios.stream().map(Scenario::name).collect(Collectors.joining(", "));
  }
}
