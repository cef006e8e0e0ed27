package io.pulsewarden.benchmarks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What every part of a platform, and the load generator, take of the processors meanwhile: on a
 * machine that all share, a rate says little without it. A child that ends in between is not seen.
 */
public final class ProcessorTime {

  private static final String FILE = ".process";
  private static final double NANOS_IN_A_SECOND = 1e9;

  private final Path run;
  private final long began = System.nanoTime();
  private final Map<String, Duration> before;

  private ProcessorTime(Path run) throws IOException {
    this.run = run;
    this.before = now(run);
  }

  /** Looks at the clocks. */
  public static ProcessorTime begin(BenchPlatform platform) throws IOException {
    return new ProcessorTime(platform.data().resolve("run"));
  }

  /** Cores that each part has used since, on average. */
  public String cores() throws IOException {
    double nanos = System.nanoTime() - began;
    return now(run).entrySet().stream()
        .map(
            each ->
                String.format(
                    Locale.ROOT,
                    "%s %.2f",
                    each.getKey(),
                    each.getValue()
                            .minus(before.getOrDefault(each.getKey(), Duration.ZERO))
                            .toNanos()
                        / nanos))
        .collect(Collectors.joining(", "))
        .concat(String.format(Locale.ROOT, " (%.1f s)", nanos / NANOS_IN_A_SECOND));
  }

  private static Map<String, Duration> now(Path run) throws IOException {
    Map<String, Duration> used = new TreeMap<>();
    used.put("load", of(ProcessHandle.current()));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(run, "*" + FILE)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        long pid = Long.parseLong(Files.readString(file).split(" ", -1)[0]);
        used.put(
            name.substring(0, name.length() - FILE.length()),
            ProcessHandle.of(pid)
                .map(process -> Stream.concat(Stream.of(process), process.descendants()))
                .orElseGet(Stream::empty)
                .map(ProcessorTime::of)
                .reduce(Duration.ZERO, Duration::plus));
      }
    }
    return used;
  }

  private static Duration of(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
