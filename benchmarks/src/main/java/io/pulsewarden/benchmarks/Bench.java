package io.pulsewarden.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a scenario works with: options, a platform of its own, and where its figures go. */
public final class Bench implements AutoCloseable {

  private final String scenario;
  private final Path results;
  private final boolean quick;
  private final PrintWriter out;
  private @Nullable BenchPlatform platform;

  /**
   * Made by {@link Main} for each scenario.
   *
   * @param results where raw data go; made if missing
   */
  Bench(String scenario, Path results, boolean quick, PrintWriter out) {
    this.scenario = scenario;
    this.results = results;
    this.quick = quick;
    this.out = out;
  }

  /** Whether to measure briefly, to see that it works; such figures say little. */
  public boolean quick() {
    return quick;
  }

  /** The whole platform, started in a temporary folder on free ports at the first call. */
  public BenchPlatform platform() throws IOException, InterruptedException {
    return platform(Map.of());
  }

  /** The same, with these variables in its environment if this is the first call. */
  public BenchPlatform platform(Map<String, String> environment)
      throws IOException, InterruptedException {
    if (platform == null) {
      say("starting a platform of its own");
      platform = BenchPlatform.start(environment);
    }
    return platform;
  }

  /** Says what is going on. */
  public void say(String line) {
    out.println("  " + scenario + ": " + line);
    out.flush();
  }

  /** Prints a figure, and adds it to the scenario's {@code figures.csv}. */
  public void report(Figure figure) throws IOException {
    out.println(figure.text());
    out.flush();
    raw("figures", List.of(figure.csv()));
  }

  /** Adds lines to {@code <results>/<scenario>/<name>.csv}. */
  public void raw(String name, List<String> lines) throws IOException {
    Path folder = Files.createDirectories(results.resolve(scenario));
    Files.write(
        folder.resolve(name + ".csv"),
        lines,
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  @Override
  public void close() throws IOException {
    if (platform != null) {
      platform.close();
    }
  }
}
