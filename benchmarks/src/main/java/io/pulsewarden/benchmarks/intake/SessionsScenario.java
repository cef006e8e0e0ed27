package io.pulsewarden.benchmarks.intake;

import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.benchmarks.BenchPlatform;
import io.pulsewarden.benchmarks.Figure;
import io.pulsewarden.benchmarks.Scenario;
import io.pulsewarden.simulator.endpoints.Endpoints;
import io.pulsewarden.simulator.endpoints.ServerTrust;
import io.pulsewarden.simulator.identity.DeviceIdentity;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Memory of an idle session over mutual TLS, beside the bare endpoint with the same clients. Each
 * session needs a descriptor at either end: where the system gives a process 20,000 ({@code ulimit
 * -n}), a few less sessions fit. {@code -Dpulsewarden.bench.sessions=N} asks for another number.
 */
public final class SessionsScenario implements Scenario {

  private static final int SESSIONS = 19_000;
  private static final int QUICK_SESSIONS = 500;
  private static final int AT_ONCE = 8;
  private static final int PROGRESS = 1_000;
  private static final int HEAP_MEGABYTES = 2_048;
  private static final double BYTES_IN_A_KILOBYTE = 1_024;

  @Override
  public String name() {
    return "sessions";
  }

  @Override
  public String summary() {
    return "heap and memory of an idle mTLS session, beside a bare endpoint's";
  }

  @Override
  public void run(Bench bench) throws Exception {
    int count =
        Integer.getInteger("pulsewarden.bench.sessions", bench.quick() ? QUICK_SESSIONS : SESSIONS);
    BenchPlatform platform =
        bench.platform(Map.of("PULSEWARDEN_TELEMETRY_JAVA", "-Xmx" + HEAP_MEGABYTES + "m"));
    Endpoints endpoints = Endpoints.read(platform.data().resolve("platform.env"), Map.of());
    ServerTrust trust = ServerTrust.of(endpoints.caFile());
    bench.say("making " + count + " devices");
    List<DeviceIdentity> devices = FedDevices.make(platform, count);
    FedDevices.awaitAdmitted(trust, endpoints.mqtt(), devices.getLast());
    ProcessHandle service = ProcessHandle.of(platform.pid("telemetry-service")).orElseThrow();
    bench.say("connecting them");
    Growth full = growth(bench, trust, endpoints.mqtt(), new ServerMemory(service), devices);
    say(bench, "telemetry-service", full);
    Growth bare;
    try (BareProcess endpoint = BareProcess.start(bench, devices.getFirst(), HEAP_MEGABYTES)) {
      bare = growth(bench, trust, endpoint.server(), new ServerMemory(endpoint.handle()), devices);
    }
    say(bench, "the bare endpoint", bare);
    bench.report(
        new Figure(
            "heap an idle session, of " + count, full.heap(), "KiB", "bare endpoint", bare.heap()));
    bench.report(
        new Figure(
            "resident an idle session, of " + count,
            full.resident(),
            "KiB",
            "bare endpoint",
            bare.resident()));
  }

  private static void say(Bench bench, String who, Growth growth) {
    bench.say(
        String.format(
            Locale.ROOT,
            "%s: %.1f KiB of heap and %.1f KiB resident a session, connected in %d s",
            who,
            growth.heap(),
            growth.resident(),
            growth.took().toSeconds()));
  }

  /** Of one session, in KiB, and how long it took to connect all. */
  private record Growth(double heap, double resident, Duration took) {}

  private static Growth growth(
      Bench bench,
      ServerTrust trust,
      String server,
      ServerMemory memory,
      List<DeviceIdentity> devices)
      throws IOException, InterruptedException, ExecutionException {
    // One connection first: what is loaded once is not a session's.
    connect(trust, server, devices.getFirst()).close();
    long heap = memory.heapBytes();
    long resident = memory.residentBytes();
    long began = System.nanoTime();
    List<DeviceLine> lines = connectAll(bench, trust, server, devices);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    try {
      double sessions = lines.size() * BYTES_IN_A_KILOBYTE;
      return new Growth(
          Math.max(0, memory.heapBytes() - heap) / sessions,
          Math.max(0, memory.residentBytes() - resident) / sessions,
          took);
    } finally {
      lines.forEach(DeviceLine::close);
    }
  }

  private static List<DeviceLine> connectAll(
      Bench bench, ServerTrust trust, String server, List<DeviceIdentity> devices)
      throws InterruptedException, ExecutionException {
    List<DeviceLine> lines = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<DeviceLine>> connecting =
          devices.stream().map(each -> threads.submit(() -> connect(trust, server, each))).toList();
      for (Future<DeviceLine> each : connecting) {
        lines.add(each.get());
        if (lines.size() % PROGRESS == 0) {
          bench.say(lines.size() + " connected");
        }
      }
    }
    return lines;
  }

  private static DeviceLine connect(ServerTrust trust, String server, DeviceIdentity device)
      throws IOException {
    return new DeviceLine(trust.context(device.keyManagers()), server, device.device());
  }
}
