package io.pulsewarden.benchmarks.audit;

import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.benchmarks.Figure;
import io.pulsewarden.benchmarks.Scenario;
import io.pulsewarden.platform.data.DataFolder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * Events of 600 bytes from Kafka to a published checkpoint, as an outsider sees it; how long one
 * takes under a steady load; inclusion proofs; the offline verifier. At growing sizes of one log.
 */
public final class AuditScenario implements Scenario {

  private static final int STEADY_RATE = 3000;
  private static final double MICROS_IN_A_MILLI = 1000;
  private static final double NANOS = 1e9;
  private static final String FSYNC = "fsync of 4 KiB";

  @Override
  public String name() {
    return "audit";
  }

  @Override
  public String summary() {
    return "events to checkpoint, proofs, verifier; against bare inserts, fsync and SHA-256";
  }

  @Override
  public void run(Bench bench) throws Exception {
    DataFolder data = new DataFolder(bench.platform().data());
    try (AuditLoad load = new AuditLoad(data);
        MeasuredLog log = new MeasuredLog(data)) {
      byte[] record = load.example();
      load(bench);
      double fsyncs = BareMachine.fsyncs(data.root(), Duration.ofSeconds(bench.quick() ? 1 : 3));
      double bare = BareMachine.inserts(log.owner(), record, bench.quick() ? 20_000 : 100_000);
      bench.report(
          new Figure("bare inserts of " + record.length + " bytes", bare, "/s", FSYNC, fsyncs));
      for (int size :
          bench.quick() ? new int[] {10_000, 20_000} : new int[] {10_000, 100_000, 1_000_000}) {
        grow(bench, log, load, size, bare);
        proofs(bench, log, size);
      }
      steady(bench, log, load, fsyncs);
      verify(bench, log, record, data.root().resolveSibling("exported"));
      load(bench);
    }
  }

  /** The service stands still while the topic is filled, so that it alone has the machine then. */
  private static void grow(Bench bench, MeasuredLog log, AuditLoad load, int size, double bare)
      throws Exception {
    long before = log.size();
    int count = (int) Math.max(1, size - before);
    bench.say("growing the log to " + size + " entries");
    signal(bench, "STOP");
    try {
      load.fill(count);
    } finally {
      signal(bench, "CONT");
    }
    long begin = System.nanoTime();
    List<MeasuredLog.Seen> seen = log.watch(() -> before + count);
    double rate = (seen.getLast().size() - before) * NANOS / (seen.getLast().nanos() - begin);
    bench.raw(
        "checkpoints-to-" + size,
        seen.stream().map(one -> (one.nanos() - begin) / 1000 + "," + one.size()).toList());
    bench.report(
        new Figure(
            "Kafka to published checkpoint, up to " + size, rate, "/s", "bare insert", bare));
  }

  private static void proofs(Bench bench, MeasuredLog log, int size) throws Exception {
    int count = bench.quick() ? 200 : 1000;
    Histogram proofs = log.proofs(count);
    Histogram bare = log.checkpoints(count);
    bench.report(
        new Figure(
            "inclusion proof at " + size + " entries, p99",
            millis(proofs, 99),
            "ms",
            "GET /checkpoint",
            millis(bare, 99)));
  }

  private static void steady(Bench bench, MeasuredLog log, AuditLoad load, double fsyncs)
      throws Exception {
    int seconds = bench.quick() ? 5 : 20;
    bench.say(STEADY_RATE + " events a second, for " + seconds + " s");
    long ahead = log.ahead();
    AtomicLong until = new AtomicLong(Long.MAX_VALUE);
    FutureTask<List<MeasuredLog.Seen>> watching = new FutureTask<>(() -> log.watch(until::get));
    Thread.ofPlatform().daemon().start(watching);
    List<AuditLoad.Sent> sent = load.steady(STEADY_RATE, seconds);
    until.set(sent.getLast().acknowledged().get().offset() + ahead + 1);
    List<MeasuredLog.Seen> seen = watching.get();
    if (log.ahead() != ahead) {
      throw new IOException("findings came between: which event is which entry is not known");
    }
    Histogram micros = new Histogram(3);
    List<String> raw = new ArrayList<>();
    int at = 0;
    for (AuditLoad.Sent event : sent) {
      long index = event.acknowledged().get().offset() + ahead;
      while (seen.get(at).size() <= index) {
        at++;
      }
      long took = TimeUnit.NANOSECONDS.toMicros(seen.get(at).nanos() - event.nanos());
      micros.recordValue(took);
      raw.add(Long.toString(took));
    }
    bench.raw("event-to-checkpoint-micros", raw);
    for (double percentile : new double[] {50, 99}) {
      bench.report(
          new Figure(
              "event to checkpoint at %d/s, p%.0f".formatted(STEADY_RATE, percentile),
              millis(micros, percentile),
              "ms",
              FSYNC,
              MICROS_IN_A_MILLI / fsyncs));
    }
  }

  private static void verify(Bench bench, MeasuredLog log, byte[] record, Path copy)
      throws Exception {
    bench.say("exporting and verifying");
    long begin = System.nanoTime();
    log.export(copy);
    double exported = log.size() * NANOS / (System.nanoTime() - begin);
    double hashes = BareMachine.hashes(record, 500_000);
    String baseline = "SHA-256 of the bytes, one thread";
    bench.report(new Figure("entries exported over HTTPS", exported, "/s", baseline, hashes));
    double verified = log.size() / log.verify(copy);
    bench.report(new Figure("entries verified offline", verified, "/s", baseline, hashes));
  }

  private static double millis(Histogram micros, double percentile) {
    return micros.getValueAtPercentile(percentile) / MICROS_IN_A_MILLI;
  }

  private static void signal(Bench bench, String signal) throws IOException, InterruptedException {
    long pid = bench.platform().pid("audit-service");
    int code =
        new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException("audit-service could not be sent " + signal);
    }
  }

  private static void load(Bench bench) {
    bench.say(
        String.format(
            Locale.ROOT,
            "load average %.2f on %d processors",
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
            Runtime.getRuntime().availableProcessors()));
  }
}
