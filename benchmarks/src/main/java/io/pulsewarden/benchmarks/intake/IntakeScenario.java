package io.pulsewarden.benchmarks.intake;

import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.benchmarks.Figure;
import io.pulsewarden.benchmarks.Scenario;
import io.pulsewarden.simulator.identity.DeviceIdentity;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Messages acknowledged in a second: ten readings each, validated, sealed, and taken by Kafka with
 * {@code acks=all}, over MQTT 5, QoS 1 and mutual TLS. The baseline is a bare Vert.x MQTT endpoint
 * in a process of its own, with the same clients. The load generator runs on the same cores, and
 * the service stores what it takes while it is measured.
 */
public final class IntakeScenario implements Scenario {

  private static final int CONNECTIONS = 50;
  private static final int IN_FLIGHT = 10;
  private static final double MICROS_IN_A_MILLI = 1_000;
  private static final String BARE = "bare endpoint";

  @Override
  public String name() {
    return "intake";
  }

  @Override
  public String summary() {
    return "messages acknowledged over mTLS, beside an endpoint that acknowledges at once";
  }

  @Override
  public void run(Bench bench) throws Exception {
    Duration warmUp = Duration.ofSeconds(bench.quick() ? 3 : 40);
    Duration measured = Duration.ofSeconds(bench.quick() ? 3 : 30);
    try (WornDevices devices = new WornDevices(bench)) {
      bench.say("enrolling " + CONNECTIONS + " devices");
      List<DeviceIdentity> identities =
          devices.first(CONNECTIONS).stream().map(WornDevices.Worn::identity).toList();
      Load load = new Load(devices.trust(), IN_FLIGHT);
      bench.say(
          "%d connections x %d in flight, packs of %d bytes"
              .formatted(
                  CONNECTIONS,
                  IN_FLIGHT,
                  new VitalsPacket(identities.getFirst().device()).payloadLength()));
      Load.Result bare;
      try (BareProcess endpoint = BareProcess.start(bench, identities.getFirst())) {
        bare = load.run(endpoint.server(), endpoint.handle(), identities, warmUp, measured);
      }
      machine(bench);
      ProcessHandle service =
          ProcessHandle.of(bench.platform().pid("telemetry-service")).orElseThrow();
      Load.Result full =
          load.run(devices.endpoints().mqtt(), service, identities, warmUp, measured);
      machine(bench);
      report(bench, full, bare);
    }
  }

  private static void report(Bench bench, Load.Result full, Load.Result bare) throws Exception {
    bench.raw("bare-per-second", bare.perSecond().stream().map(String::valueOf).toList());
    bench.raw("intake-per-second", full.perSecond().stream().map(String::valueOf).toList());
    bench.report(new Figure("messages acknowledged", full.rate(), "/s", BARE, bare.rate()));
    bench.report(
        new Figure("server CPU a message", full.cpuMicros(), "us", BARE, bare.cpuMicros()));
    for (double percentile : new double[] {50, 99}) {
      bench.report(
          new Figure(
              "PUBLISH to PUBACK, p%.0f".formatted(percentile),
              full.micros().getValueAtPercentile(percentile) / MICROS_IN_A_MILLI,
              "ms",
              BARE,
              bare.micros().getValueAtPercentile(percentile) / MICROS_IN_A_MILLI));
    }
  }

  private static void machine(Bench bench) {
    var machine = ManagementFactory.getOperatingSystemMXBean();
    bench.say(
        String.format(
            Locale.ROOT,
            "load average %.1f on %d cores",
            machine.getSystemLoadAverage(),
            machine.getAvailableProcessors()));
  }
}
