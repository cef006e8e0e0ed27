package io.pulsewarden.benchmarks.audit;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Who had the processors in a window of time: this process, and those that it started, by what they
 * are. What a process had that has ended is not in it.
 */
final class ProcessorShares {

  private static final double PERCENT = 100.0;

  private final long began = System.nanoTime();
  private final Map<String, Duration> before = now();

  /** Since it began, in hundredths of one processor, the largest first. */
  String text() {
    double window = System.nanoTime() - began;
    Map<String, Long> shares = new LinkedHashMap<>();
    now()
        .forEach(
            (part, total) ->
                shares.put(
                    part,
                    Math.round(
                        PERCENT
                            * total.minus(before.getOrDefault(part, Duration.ZERO)).toNanos()
                            / window)));
    return shares.entrySet().stream()
        .filter(share -> share.getValue() > 0)
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .map(share -> String.format(Locale.ROOT, "%s %d %%", share.getKey(), share.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static Map<String, Duration> now() {
    Map<String, Duration> parts = new LinkedHashMap<>();
    parts.put("this load", used(ProcessHandle.current()));
    List<ProcessHandle> started = ProcessHandle.current().descendants().toList();
    started.forEach(one -> parts.merge(name(one), used(one), Duration::plus));
    return parts;
  }

  private static String name(ProcessHandle process) {
    String line = process.info().commandLine().orElse("");
    if (process.info().command().orElse("").endsWith("/postgres")) {
      return "PostgreSQL";
    }
    if (line.contains("kafka.Kafka")) {
      return "Kafka";
    }
    return line.contains("quarkus-run.jar") ? "audit-service" : "others";
  }

  private static Duration used(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
