package io.pulsewarden.benchmarks.envelope;

import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.benchmarks.Figure;
import io.pulsewarden.benchmarks.Scenario;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs {@link EnvelopeBenchmark} a few times over, so that what else the machine does meets the
 * library and its baseline alike, and reports the medians.
 */
public final class EnvelopeScenario implements Scenario {

  private static final int ROUNDS = 3;
  private static final TimeValue STEP = TimeValue.milliseconds(500);
  private static final int STEPS = 2;
  private static final double MEGA = 1e6;
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  /** Operations a second, and bytes allocated for each. */
  private record Measured(double rate, double allocated) {}

  @Override
  public String name() {
    return "envelope";
  }

  @Override
  public String summary() {
    return "envelopes sealed and opened, MB/s and bytes allocated; against bare AES-256-GCM";
  }

  @Override
  public void run(Bench bench) throws Exception {
    Map<String, List<Measured>> all = new TreeMap<>();
    for (int round = 1; round <= (bench.quick() ? 1 : ROUNDS); round++) {
      bench.say("round " + round);
      for (RunResult each : results()) {
        String size = each.getParams().getParam("size");
        String method = each.getParams().getBenchmark().replaceAll(".*\\.", "");
        Measured measured =
            new Measured(
                each.getPrimaryResult().getScore(),
                Objects.requireNonNull(each.getSecondaryResults().get(ALLOCATED), ALLOCATED)
                    .getScore());
        all.computeIfAbsent(method + " " + size, _ -> new ArrayList<>()).add(measured);
        bench.raw(
            "rounds",
            List.of(
                String.format(
                    Locale.ROOT,
                    "%d,%s,%s,%.0f,%.1f",
                    round,
                    method,
                    size,
                    measured.rate(),
                    measured.allocated())));
      }
    }
    for (String size : List.of("256", "1024", "16384")) {
      for (String what : List.of("seal", "open")) {
        report(bench, all, what, size);
      }
    }
    bench.report(
        new Figure(
            "open 1024 B, a single one",
            median(all, "openOnce 1024").rate(),
            "/s",
            "open, key derived",
            median(all, "open 1024").rate()));
  }

  private static void report(Bench bench, Map<String, List<Measured>> all, String what, String size)
      throws Exception {
    Measured ours = median(all, what + " " + size);
    String bare = what.equals("seal") ? "bareSeal" : "bareOpen";
    Measured alone = median(all, bare + " " + size);
    Measured withAad = median(all, bare + "WithAad " + size);
    double scale = Integer.parseInt(size) / MEGA;
    bench.report(
        new Figure(
            what + " " + size + " B",
            ours.rate() * scale,
            "MB/s",
            "bare AES-256-GCM, as many bytes authenticated",
            withAad.rate() * scale));
    bench.report(
        new Figure(
            what + " " + size + " B",
            ours.rate() * scale,
            "MB/s",
            "bare AES-256-GCM, the text alone",
            alone.rate() * scale));
    bench.report(
        new Figure(
            what + " " + size + " B, allocated",
            ours.allocated(),
            "B",
            "bare AES-256-GCM, as many bytes authenticated",
            withAad.allocated()));
  }

  private static Measured median(Map<String, List<Measured>> all, String key) {
    List<Measured> measured = all.getOrDefault(key, List.of());
    if (measured.isEmpty()) {
      throw new IllegalStateException("JMH gave no result for " + key);
    }
    int middle = measured.size() / 2;
    return new Measured(
        measured.stream().mapToDouble(Measured::rate).sorted().toArray()[middle],
        measured.stream().mapToDouble(Measured::allocated).sorted().toArray()[middle]);
  }

  /** All sizes; and at one size what is opened with nothing at hand. */
  private static List<RunResult> results() throws RunnerException {
    List<RunResult> results = new ArrayList<>(run(options("seal|open|bare.*")));
    results.addAll(run(options("openOnce").param("size", "1024")));
    return results;
  }

  private static Collection<RunResult> run(ChainedOptionsBuilder options) throws RunnerException {
    return new Runner(options.build()).run();
  }

  private static ChainedOptionsBuilder options(String methods) {
    return new OptionsBuilder()
        .include(EnvelopeBenchmark.class.getName() + "\\.(" + methods + ")$")
        .warmupIterations(STEPS)
        .warmupTime(STEP)
        .measurementIterations(STEPS)
        .measurementTime(STEP)
        .forks(1)
        .threads(1)
        // JMH looks at the layout of objects by it, and the JDK warns each time.
        .jvmArgsAppend("--sun-misc-unsafe-memory-access=allow")
        .addProfiler(GCProfiler.class)
        .verbosity(VerboseMode.SILENT);
  }
}
