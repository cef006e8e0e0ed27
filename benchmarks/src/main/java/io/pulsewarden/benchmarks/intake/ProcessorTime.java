package io.pulsewarden.benchmarks.intake;

import io.pulsewarden.benchmarks.BenchPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Processor time that each process of the platform has used, and one process's threads by what they
 * are called. Threads are known on Linux alone.
 */
final class ProcessorTime {

  private static final List<String> PARTS =
      List.of(
          "telemetry-service",
          "kafka",
          "postgres",
          "audit-service",
          "key-management-service",
          "device-registry-service",
          "keycloak");

  /** The load generator, which is this process. */
  private static final String GENERATOR = "load generator";

  /** Linux counts a thread's time in hundredths of a second. */
  private static final long TICK_MILLIS = 10;

  private static final int USER_TICKS = 11;
  private static final double NANOS_IN_A_MICRO = 1e3;

  private final Map<String, Duration> used;

  private ProcessorTime(Map<String, Duration> used) {
    this.used = used;
  }

  /** All of them, and the threads of {@code server}. */
  static ProcessorTime now(BenchPlatform platform, ProcessHandle server) throws IOException {
    Map<String, Duration> used = new LinkedHashMap<>();
    used.put(GENERATOR, of(ProcessHandle.current()));
    for (String part : PARTS) {
      ProcessHandle.of(platform.pid(part)).ifPresent(process -> used.put(part, ofAll(process)));
    }
    used.putIfAbsent("the measured server", of(server));
    threads(server).forEach((name, time) -> used.put("  " + name, time));
    return new ProcessorTime(used);
  }

  /** PostgreSQL is a process for each connection. */
  private static Duration ofAll(ProcessHandle process) {
    return process
        .descendants()
        .map(ProcessorTime::of)
        .reduce(of(process), (one, other) -> one.plus(other));
  }

  private static Duration of(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private static Map<String, Duration> threads(ProcessHandle process) throws IOException {
    Map<String, Duration> groups = new TreeMap<>();
    Path tasks = Path.of("/proc", Long.toString(process.pid()), "task");
    if (!Files.isDirectory(tasks)) {
      return groups;
    }
    List<Path> threads;
    try (Stream<Path> listed = Files.list(tasks)) {
      threads = listed.toList();
    }
    for (Path thread : threads) {
      try {
        String line = Files.readString(thread.resolve("stat"));
        String name = line.substring(line.indexOf('(') + 1, line.lastIndexOf(')'));
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[USER_TICKS + 1]);
        groups.merge(
            name.replaceAll("[-#0-9]+$", ""),
            Duration.ofMillis(ticks * TICK_MILLIS),
            Duration::plus);
      } catch (NoSuchFileException ended) {
        // Its time is lost with it; those that work are there for as long as the process is.
      }
    }
    return groups;
  }

  /** Lines for people: who used how much since {@code before}, most first. */
  List<String> since(ProcessorTime before, Duration elapsed, long messages) {
    Map<String, Duration> spent = new LinkedHashMap<>();
    used.forEach(
        (name, time) -> spent.put(name, time.minus(before.used.getOrDefault(name, Duration.ZERO))));
    List<String> lines = new ArrayList<>();
    spent.entrySet().stream()
        .filter(entry -> !entry.getValue().minusMillis(TICK_MILLIS).isNegative())
        .sorted(
            Comparator.<Map.Entry<String, Duration>, Boolean>comparing(
                    entry -> entry.getKey().startsWith(" "))
                .thenComparing(Map.Entry.comparingByValue(Comparator.reverseOrder())))
        .forEach(
            entry ->
                lines.add(
                    String.format(
                        Locale.ROOT,
                        "%-28s %5.2f of a core, %7.1f us a message",
                        entry.getKey(),
                        (double) entry.getValue().toNanos() / elapsed.toNanos(),
                        entry.getValue().toNanos() / NANOS_IN_A_MICRO / Math.max(1, messages))));
    return lines;
  }
}
