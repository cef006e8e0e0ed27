package io.pulsewarden.benchmarks.intake;

import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.benchmarks.BenchPlatform;
import io.pulsewarden.benchmarks.Figure;
import io.pulsewarden.benchmarks.Scenario;
import io.pulsewarden.benchmarks.intake.ReadableProbe.Found;
import io.pulsewarden.benchmarks.intake.WornDevices.Worn;
import io.pulsewarden.platform.data.DataFolder;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Whether what is acknowledged is stored as fast: messages of ten readings come at a steady rate,
 * and the store's own offsets are looked at each second. Then, at half that rate, how long a
 * reading takes from PUBLISH to the search that finds it.
 */
public final class StoreScenario implements Scenario {

  private static final int CONNECTIONS = 50;

  /** Seconds in which the devices connect. */
  private static final int CONNECTING = 5;

  /** Less than a service has in production. */
  private static final String HEAP = "-Xmx768m";

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final double NANOS = 1e9;
  private static final double MICROS_IN_A_MILLI = 1e3;
  private static final double MICROS_IN_A_SECOND = 1e6;

  /** How much is measured. */
  private record Size(double rate, int warmUp, int measured, int probes) {
    static Size of(boolean quick) {
      return quick ? new Size(500, 3, 5, 10) : new Size(6_000, 90, 40, 200);
    }
  }

  @Override
  public String name() {
    return "store";
  }

  @Override
  public String summary() {
    return "messages stored while they come at a steady rate, lag, PUBLISH to readable";
  }

  @Override
  public void run(Bench bench) throws Exception {
    Size size = Size.of(bench.quick());
    BenchPlatform platform = bench.platform(Map.of("PULSEWARDEN_TELEMETRY_JAVA", HEAP));
    try (WornDevices fleet = new WornDevices(bench);
        StorePosition store = new StorePosition(platform)) {
      bench.say("enrolling " + (CONNECTIONS + 1) + " devices");
      List<Worn> worn = fleet.first(CONNECTIONS + 1);
      List<Worn> load = worn.subList(0, CONNECTIONS);
      try (ReadableProbe probe =
          new ReadableProbe(new DataFolder(platform.data()), fleet, worn.get(CONNECTIONS))) {
        bench.say("warming up for " + size.warmUp() + " s, at half the rate, a nurse looking on");
        warmUp(fleet, load, store, probe, size);
        bench.say("%.0f messages a second".formatted(size.rate()));
        sustained(bench, fleet, load, store, size);
        bench.say("half of that, and a nurse who looks for one more device's readings");
        readable(bench, fleet, load, probe, size);
      }
    }
  }

  /** Until it is compiled, and all of it is stored: what is measured begins without lag. */
  private static void warmUp(
      WornDevices fleet, List<Worn> worn, StorePosition store, ReadableProbe probe, Size size)
      throws Exception {
    long storedBefore = store.messages();
    try (PacedLoad load = new PacedLoad(fleet, worn, size.rate() / 2)) {
      long until = System.nanoTime() + size.warmUp() * SECOND;
      long probes = 0;
      do {
        probes += probe.measure(1).size();
      } while (System.nanoTime() - until < 0);
      load.stop();
      awaitStored(load, store, storedBefore + probes);
    }
  }

  private static void readable(
      Bench bench, WornDevices fleet, List<Worn> worn, ReadableProbe probe, Size size)
      throws Exception {
    try (PacedLoad half = new PacedLoad(fleet, worn, size.rate() / 2)) {
      // What connecting costs is over.
      List<Found> _ = probe.measure(Math.max(5, size.probes() / 5));
      Histogram _ = half.takeMicros();
      List<Found> found = probe.measure(size.probes());
      bench.raw("readable", found.stream().map(Found::csv).toList());
      Histogram readable = new Histogram(3);
      found.forEach(each -> readable.recordValue(each.readable()));
      readable(bench, readable, half.takeMicros());
      half.stop();
    }
  }

  private static void awaitStored(PacedLoad load, StorePosition store, long storedBefore)
      throws IOException, SQLException {
    while (store.messages() - storedBefore < load.count()) {
      LockSupport.parkNanos(SECOND);
    }
  }

  private static void sustained(
      Bench bench, WornDevices fleet, List<Worn> worn, StorePosition store, Size size)
      throws Exception {
    ProcessHandle server =
        ProcessHandle.of(bench.platform().pid("telemetry-service")).orElseThrow();
    long storedBefore = store.messages();
    try (PacedLoad load = new PacedLoad(fleet, worn, size.rate())) {
      List<String> raw = new ArrayList<>();
      watch(load, store, storedBefore, CONNECTING, raw);
      Histogram _ = load.takeMicros();
      long stored = store.messages();
      long acknowledged = load.count();
      long behind;
      long began = System.nanoTime();
      ProcessorTime before = ProcessorTime.now(bench.platform(), server);
      try (Recording _ = Recording.of(server, "store")) {
        behind = watch(load, store, storedBefore, size.measured(), raw);
      }
      double seconds = (System.nanoTime() - began) / NANOS;
      long answered = load.count() - acknowledged;
      long written = store.messages() - stored;
      double rate = answered / seconds;
      bench.raw("acknowledged-stored", raw);
      ProcessorTime.now(bench.platform(), server)
          .since(before, Duration.ofNanos((long) (seconds * NANOS)), answered)
          .forEach(bench::say);
      bench.report(
          new Figure(
              "messages stored, of ten readings",
              written / seconds,
              "/s",
              "acknowledged at the same time",
              rate));
      bench.report(
          new Figure(
              "acknowledged and not yet stored, at worst",
              behind / rate,
              "s",
              "PUBLISH to PUBACK, p99",
              load.takeMicros().getValueAtPercentile(99) / MICROS_IN_A_SECOND));
      load.stop();
      awaitStored(load, store, storedBefore);
    }
  }

  /** Each second a line; the most that was acknowledged and not stored. */
  private static long watch(
      PacedLoad load, StorePosition store, long storedBefore, int seconds, List<String> raw)
      throws IOException, SQLException {
    long most = 0;
    long next = System.nanoTime();
    for (int i = 0; i < seconds; i++) {
      next += SECOND;
      for (long left = SECOND; left > 0; left = next - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      // In this order: what is stored in between must not count as lag.
      long acknowledged = load.count();
      long stored = store.messages() - storedBefore;
      raw.add(acknowledged + "," + stored);
      most = Math.max(most, acknowledged - stored);
    }
    return most;
  }

  private static void readable(Bench bench, Histogram readable, Histogram acknowledged)
      throws IOException {
    for (double percentile : new double[] {50, 99}) {
      bench.report(
          new Figure(
              "PUBLISH to readable at half load, p%.0f".formatted(percentile),
              readable.getValueAtPercentile(percentile) / MICROS_IN_A_MILLI,
              "ms",
              "PUBLISH to PUBACK",
              acknowledged.getValueAtPercentile(percentile) / MICROS_IN_A_MILLI));
    }
  }
}
