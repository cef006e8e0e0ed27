package io.pulsewarden.benchmarks.intake;

import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.benchmarks.Figure;
import io.pulsewarden.benchmarks.Scenario;
import io.pulsewarden.simulator.endpoints.ServerTrust;
import io.pulsewarden.simulator.identity.DeviceIdentity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Memory of an idle session over mutual TLS, beside the bare endpoint with the same clients. Fewer
 * sessions than an instance may hold: each needs a device enrolled for it and a descriptor at
 * either end, and the local platform gives the service a small heap.
 */
public final class SessionsScenario implements Scenario {

  private static final int SESSIONS = 1_500;
  private static final int QUICK_SESSIONS = 50;
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
    int count = bench.quick() ? QUICK_SESSIONS : SESSIONS;
    try (WornDevices fleet = new WornDevices(bench)) {
      bench.say("enrolling " + count + " devices");
      List<DeviceIdentity> devices =
          fleet.first(count).stream().map(WornDevices.Worn::identity).toList();
      Growth bare;
      try (BareProcess endpoint = BareProcess.start(bench, devices.getFirst())) {
        bare =
            growth(fleet.trust(), endpoint.server(), new ServerMemory(endpoint.handle()), devices);
      }
      ServerMemory service =
          new ServerMemory(
              ProcessHandle.of(bench.platform().pid("telemetry-service")).orElseThrow());
      Growth full = growth(fleet.trust(), fleet.endpoints().mqtt(), service, devices);
      bench.say(
          String.format(
              Locale.ROOT,
              "resident memory grew by %.1f KiB a session, the bare endpoint's by %.1f",
              full.resident(),
              bare.resident()));
      bench.report(
          new Figure(
              "heap an idle session, of " + count,
              full.heap(),
              "KiB",
              "bare endpoint",
              bare.heap()));
    }
  }

  /** Of one session, in KiB. */
  private record Growth(double heap, double resident) {}

  private static Growth growth(
      ServerTrust trust, String server, ServerMemory memory, List<DeviceIdentity> devices)
      throws IOException, InterruptedException {
    // One connection first: what is loaded once is not a session's.
    new DeviceLine(
            trust.context(devices.getFirst().keyManagers()), server, devices.getFirst().device())
        .close();
    long heap = memory.heapBytes();
    long resident = memory.residentBytes();
    List<DeviceLine> lines = new ArrayList<>();
    try {
      for (DeviceIdentity each : devices) {
        lines.add(new DeviceLine(trust.context(each.keyManagers()), server, each.device()));
      }
      double sessions = lines.size() * BYTES_IN_A_KILOBYTE;
      return new Growth(
          Math.max(0, memory.heapBytes() - heap) / sessions,
          Math.max(0, memory.residentBytes() - resident) / sessions);
    } finally {
      lines.forEach(DeviceLine::close);
    }
  }
}
