package io.pulsewarden.simulator;

import io.pulsewarden.simulator.fleet.Counters;
import io.pulsewarden.simulator.fleet.Display;
import io.pulsewarden.simulator.fleet.Fleet;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code simulate}: a fleet of made-up devices, a recorded patient, or the devices of a list. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Simulates devices. Without --record and --demo: a fleet of made-up patients, each with a"
          + " bedside device that is registered, enrolled and kept in the state folder."
    })
final class SimulateCommand implements Callable<Integer> {

  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final PlatformOptions platform = new PlatformOptions();

  @Mixin private final LoadOptions load = new LoadOptions();

  @Mixin private final ReplayOptions replay = new ReplayOptions();

  @Option(
      names = "--demo",
      paramLabel = "FILE",
      description =
          "Devices that are registered already: a JSON object a line with deviceId, claim,"
              + " profile (bedside, cuff, oximeter, patch) and patient (any label).")
  private @Nullable Path demo;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Stop after this time, such as 90s, 10m or PT1H; default: when done, or never.")
  private Duration duration = FOR_EVER;

  @Option(
      names = "--warm-up",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Leave so much of the beginning out of the figures; default 0s.")
  private Duration warmUp = Duration.ZERO;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      description = "Unanswered messages a device may have; default ${DEFAULT-VALUE}.")
  private int inFlight = 16;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Time between two lines where the output is no terminal; default 10s.")
  private Duration interval = Duration.ofSeconds(10);

  @Override
  public Integer call() throws InterruptedException {
    CommandSpec command = Objects.requireNonNull(spec);
    if (inFlight < 1 || (demo != null && replay.record != null)) {
      throw new ParameterException(
          command.commandLine(),
          "--in-flight is at least 1; --demo and --record exclude each other");
    }
    PrintWriter out = command.commandLine().getOut();
    Counters counters = new Counters();
    try (Workbench bench = platform.open(inFlight, out, Clock.systemUTC())) {
      Plan plan = plan(bench);
      try (Plan.Prepared prepared = plan.prepare(bench, counters)) {
        Display display = new Display(out, onTerminal(), interval);
        long unanswered = new Fleet(prepared.sessions(), counters, display).run(warmUp, duration);
        boolean all = prepared.expected().orElse(counters.answered()) == counters.answered();
        return unanswered == 0 && all ? 0 : 1;
      }
    }
  }

  private Plan plan(Workbench bench) {
    Path list = demo;
    if (list != null) {
      return new DemoPlan(list);
    }
    Path record = replay.record;
    return record != null ? new ReplayPlan(record, replay, bench.clock()) : new LoadPlan(load);
  }

  private static boolean onTerminal() {
    return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }
}
