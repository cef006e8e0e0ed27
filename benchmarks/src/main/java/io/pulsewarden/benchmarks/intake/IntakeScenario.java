package io.pulsewarden.benchmarks.intake;

import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.benchmarks.BenchPlatform;
import io.pulsewarden.benchmarks.Figure;
import io.pulsewarden.benchmarks.Scenario;
import io.pulsewarden.simulator.endpoints.Endpoints;
import io.pulsewarden.simulator.endpoints.ServerTrust;
import io.pulsewarden.simulator.identity.DeviceIdentity;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
    Duration warmUp = seconds("warm-up", bench.quick() ? 3 : 60);
    Duration measured = seconds("measured", bench.quick() ? 3 : 30);
    BenchPlatform platform = bench.platform();
    Endpoints endpoints = Endpoints.read(platform.data().resolve("platform.env"), Map.of());
    ServerTrust trust = ServerTrust.of(endpoints.caFile());
    List<DeviceIdentity> identities = FedDevices.make(platform, CONNECTIONS);
    FedDevices.awaitAdmitted(trust, endpoints.mqtt(), identities.getLast());
    Load load = new Load(platform, trust, IN_FLIGHT);
    bench.say(
        "%d connections x %d in flight, packs of %d bytes"
            .formatted(
                CONNECTIONS,
                IN_FLIGHT,
                new VitalsPacket(identities.getFirst().device()).payloadLength()));
    ProcessHandle service = ProcessHandle.of(platform.pid("telemetry-service")).orElseThrow();
    Load.Result full = load.run(endpoints.mqtt(), service, identities, "intake", warmUp, measured);
    say(bench, "telemetry-service", full);
    compare(bench, endpoints, load, identities, warmUp, measured);
    Load.Result bare;
    try (BareProcess endpoint = BareProcess.start(bench, identities.getFirst())) {
      bare = load.run(endpoint.server(), endpoint.handle(), identities, "bare", warmUp, measured);
    }
    say(bench, BARE, bare);
    report(bench, full, bare);
  }

  /** Another build in the same run, for whoever names its folder. */
  private static void compare(
      Bench bench,
      Endpoints endpoints,
      Load load,
      List<DeviceIdentity> identities,
      Duration warmUp,
      Duration measured)
      throws Exception {
    String build = System.getProperty("pulsewarden.bench.compare", "");
    if (build.isEmpty()) {
      return;
    }
    ServerTrust trust = ServerTrust.of(endpoints.caFile());
    try (OtherBuild other = OtherBuild.inPlaceOf(bench.platform(), Path.of(build))) {
      FedDevices.awaitAdmitted(trust, endpoints.mqtt(), identities.getLast());
      say(
          bench,
          build,
          load.run(endpoints.mqtt(), other.handle(), identities, "compare", warmUp, measured));
    }
  }

  /** For short looks at one change after the other, {@code -Dpulsewarden.bench.warm-up=20}. */
  private static Duration seconds(String what, int usual) {
    return Duration.ofSeconds(Integer.getInteger("pulsewarden.bench." + what, usual));
  }

  private static void report(Bench bench, Load.Result full, Load.Result bare) throws Exception {
    bench.raw("bare-per-second", bare.perSecond().stream().map(String::valueOf).toList());
    bench.raw("intake-per-second", full.perSecond().stream().map(String::valueOf).toList());
    bench.raw("processors", full.processors());
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

  private static void say(Bench bench, String who, Load.Result result) {
    bench.say(
        String.format(
            Locale.ROOT,
            "%s: %,.0f/s, load average %.1f on %d cores",
            who,
            result.rate(),
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
            Runtime.getRuntime().availableProcessors()));
    result.processors().forEach(bench::say);
  }
}
