package io.pulsewarden.benchmarks.audit;

import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.benchmarks.Figure;
import io.pulsewarden.benchmarks.Scenario;
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

  /** From this size on the service is compiled as far as it gets. */
  private static final int SETTLED = 100_000;

  private static final int QUICK = 20_000;
  private static final int STEP = 1_000_000;
  private static final double MICROS_IN_A_MILLI = 1000;
  private static final double NANOS = 1e9;
  private static final Duration LOOK = Duration.ofMillis(10);
  private static final String BARE_HASHES = "SHA-256 of the bytes, one thread";
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
    bench.say("starting audit-service with a Kafka and a PostgreSQL of its own");
    try (AuditBed bed = new AuditBed();
        AuditLoad load = new AuditLoad(bed)) {
      MeasuredLog log = new MeasuredLog(bed);
      byte[] record = load.example();
      load(bench);
      double fsyncs = BareMachine.fsyncs(bed.folder(), Duration.ofSeconds(bench.quick() ? 1 : 3));
      double bare = BareMachine.inserts(bed.owner(), record, bench.quick() ? 20_000 : 100_000);
      bench.report(
          new Figure("bare inserts of " + record.length + " bytes", bare, "/s", FSYNC, fsyncs));
      double hashes = BareMachine.hashes(record, 500_000);
      int settled = bench.quick() ? QUICK : SETTLED;
      for (int size : sizes(bench.quick())) {
        grow(bench, bed, load, size, bare);
        proofs(bench, log, size);
        if (size >= settled) {
          steady(bench, log, load, size, fsyncs);
        }
        if (size == settled) {
          export(bench, log, hashes, bed.folder().resolve("exported"));
        }
        verify(bench, log, hashes, bed.folder().resolve("copied-" + size));
      }
      load(bench);
    }
  }

  /**
   * A million takes minutes; {@code -Dpulsewarden.bench.audit-entries} goes on to more, of which
   * each million takes another minute or two, and some 3 GB of disk.
   */
  private static List<Integer> sizes(boolean quick) {
    if (quick) {
      return List.of(10_000, QUICK);
    }
    List<Integer> sizes = new ArrayList<>(List.of(10_000, SETTLED, STEP));
    int most = Integer.getInteger("pulsewarden.bench.audit-entries", STEP);
    if (most > STEP) {
      sizes.add(most);
    }
    return sizes;
  }

  /** The service stands still while the topic is filled, so that it alone has the machine then. */
  private static void grow(Bench bench, AuditBed bed, AuditLoad load, int size, double bare)
      throws Exception {
    MeasuredLog log = new MeasuredLog(bed);
    for (int next = STEP * 2; next < size; next += STEP) {
      if (log.size() < next) {
        step(bench, bed, load, next, bare);
      }
    }
    step(bench, bed, load, size, bare);
  }

  private static void step(Bench bench, AuditBed bed, AuditLoad load, int size, double bare)
      throws Exception {
    MeasuredLog log = new MeasuredLog(bed);
    long before = log.size();
    int count = (int) Math.max(1, size - before);
    bench.say("growing the log to " + size + " entries");
    bed.signal("STOP");
    try {
      load.fill(count);
    } finally {
      bed.signal("CONT");
    }
    ProcessorShares shares = new ProcessorShares();
    long begin = System.nanoTime();
    List<MeasuredLog.Seen> seen = log.watch(() -> before + count, Duration.ofMillis(20));
    bench.say("who had the processors: " + shares.text());
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
    for (double percentile : new double[] {50, 99}) {
      bench.report(
          new Figure(
              "inclusion proof at %d entries, p%.0f".formatted(size, percentile),
              millis(proofs, percentile),
              "ms",
              "GET /checkpoint",
              millis(bare, percentile)));
    }
  }

  private static void steady(Bench bench, MeasuredLog log, AuditLoad load, int size, double fsyncs)
      throws Exception {
    int seconds = bench.quick() ? 5 : 20;
    bench.say(STEADY_RATE + " events a second, for " + seconds + " s");
    long ahead = log.ahead();
    AtomicLong until = new AtomicLong(Long.MAX_VALUE);
    FutureTask<List<MeasuredLog.Seen>> watching =
        new FutureTask<>(() -> log.watch(until::get, LOOK));
    Thread.ofPlatform().daemon().start(watching);
    ProcessorShares shares = new ProcessorShares();
    List<AuditLoad.Sent> sent = load.steady(STEADY_RATE, seconds);
    until.set(sent.getLast().acknowledged().get().offset() + ahead + 1);
    List<MeasuredLog.Seen> seen = watching.get();
    bench.say("who had the processors: " + shares.text());
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
    bench.raw("event-to-checkpoint-micros-at-" + size, raw);
    for (double percentile : new double[] {50, 99}) {
      bench.report(
          new Figure(
              "event to checkpoint at %d/s, %d entries, p%.0f"
                  .formatted(STEADY_RATE, size, percentile),
              millis(micros, percentile),
              "ms",
              FSYNC,
              MICROS_IN_A_MILLI / fsyncs));
    }
  }

  private static void export(Bench bench, MeasuredLog log, double hashes, Path copy)
      throws Exception {
    bench.say("exporting over HTTPS; each bundle that is read is audited");
    long begin = System.nanoTime();
    log.export(copy);
    double exported = log.size() * NANOS / (System.nanoTime() - begin);
    bench.report(new Figure("entries exported over HTTPS", exported, "/s", BARE_HASHES, hashes));
  }

  private static void verify(Bench bench, MeasuredLog log, double hashes, Path copy)
      throws Exception {
    bench.say("copying from the database, and verifying");
    long size = log.copy(copy);
    bench.report(
        new Figure(
            "entries verified offline, of " + size,
            size / log.verify(copy),
            "/s",
            BARE_HASHES,
            hashes));
  }

  private static double millis(Histogram micros, double percentile) {
    return micros.getValueAtPercentile(percentile) / MICROS_IN_A_MILLI;
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
