package io.pulsewarden.benchmarks.enrol;

import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.benchmarks.Figure;
import io.pulsewarden.benchmarks.OpenSslSpeed;
import io.pulsewarden.benchmarks.ProcessorTime;
import io.pulsewarden.benchmarks.Scenario;
import io.pulsewarden.benchmarks.enrol.EnrolBed.Claimed;
import io.pulsewarden.simulator.identity.DeviceIdentity;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.HdrHistogram.Histogram;

/**
 * What the registry does in a second, and how fast it cuts off: first enrolments by claim, each
 * committed before its answer; OCSP answers, kept ones and ones signed for a nonce; sessions closed
 * and gateways refused after a commit. The load generator runs on the same cores.
 */
public final class EnrolScenario implements Scenario {

  private static final double MICROS_IN_A_MILLI = 1_000;
  private static final int OCSP_CONNECTIONS = 8;
  private static final String OPENSSL = "openssl speed ecdsap256, signatures of one core";
  private static final String KAFKA = "Kafka produce to consume";

  /** How much is measured. */
  record Size(int warmUp, int enrolments, int kept, int signed, int revocations, int withdrawals) {

    static Size of(boolean quick) {
      return quick
          ? new Size(40, 60, 1_000, 200, 20, 5)
          : new Size(1_000, 2_000, 60_000, 6_000, 300, 50);
    }
  }

  @Override
  public String name() {
    return "enrol";
  }

  @Override
  public String summary() {
    return "enrolments, OCSP answers, revocation to closed socket, gateway withdrawal";
  }

  @Override
  public void run(Bench bench) throws Exception {
    Size size = Size.of(bench.quick());
    try (EnrolBed bed = new EnrolBed(bench)) {
      load(bench, "before");
      double signs = OpenSslSpeed.of("ecdsap256", bench.quick() ? 1 : 3).signs();
      cutOff(bench, bed, size, issue(bench, bed, size, signs));
      load(bench, "after");
    }
  }

  /** Enrolments, and questions about their certificates; the devices that were enrolled. */
  static List<DeviceIdentity> issue(Bench bench, EnrolBed bed, Size size, double signs)
      throws Exception {
    List<DeviceIdentity> devices = enrolments(bench, bed, size, signs);
    ocsp(bench, bed, size, signs, devices);
    return devices;
  }

  private static List<DeviceIdentity> enrolments(Bench bench, EnrolBed bed, Size size, double signs)
      throws Exception {
    int all = size.warmUp() + size.enrolments();
    bench.say("registering " + all + " devices, with a claim each");
    List<Claimed> claimed = EnrolBed.inParallel(all, _ -> bed.claimed("sensor"));
    Enrolments enrolments = new Enrolments(bed, claimed);
    bench.say("enrolling them, the first " + size.warmUp() + " to warm up");
    enrolments.run(0, size.warmUp());
    bench.say("warm, now the other " + size.enrolments());
    ProcessorTime processors = ProcessorTime.begin(bench.platform());
    ClosedLoop.Result enrolled = enrolments.run(size.warmUp(), all);
    bench.say("cores meanwhile: " + processors.cores());
    bench.report(new Figure("enrolments with commit", enrolled.rate(), "/s", OPENSSL, signs));
    bench.say(latencies("an enrolment", enrolled));
    return enrolments.identities(size.warmUp(), all);
  }

  private static void ocsp(
      Bench bench, EnrolBed bed, Size size, double signs, List<DeviceIdentity> devices)
      throws Exception {
    List<X509Certificate> certificates =
        devices.stream().map(device -> device.chain().getFirst()).toList();
    X509Certificate issuer = new Enrolments(bed, List.of()).issuerOf(certificates.getFirst());
    URI registry = bed.endpoints().registry();
    ClosedLoop loop = new ClosedLoop(bed.trust().context(), registry, OCSP_CONNECTIONS);
    bench.say("asking for the status of " + certificates.size() + " certificates");
    OcspQuestions plain = new OcspQuestions(registry, issuer, certificates, size.kept(), false);
    // Each certificate once is what gets signed and kept; a third more warms up what gives it out.
    loop.run(0, Math.max(certificates.size(), plain.count() / 3), plain);
    bench.say("warm, now " + plain.count() + " questions");
    ProcessorTime processors = ProcessorTime.begin(bench.platform());
    ClosedLoop.Result kept = loop.run(0, plain.count(), plain);
    bench.say("cores meanwhile: " + processors.cores());
    bench.report(new Figure("OCSP answers", kept.rate(), "/s", OPENSSL, signs));
    bench.say(latencies("an OCSP answer", kept));
    OcspQuestions nonces = new OcspQuestions(registry, issuer, certificates, size.signed(), true);
    loop.run(0, nonces.count() / 3, nonces);
    bench.say("warm, now with nonces");
    processors = ProcessorTime.begin(bench.platform());
    ClosedLoop.Result signed = loop.run(nonces.count() / 3, nonces.count(), nonces);
    bench.say("cores meanwhile: " + processors.cores());
    bench.report(new Figure("OCSP answers to nonces", signed.rate(), "/s", OPENSSL, signs));
    bench.say(latencies("an OCSP answer to a nonce", signed));
  }

  private static void cutOff(Bench bench, EnrolBed bed, Size size, List<DeviceIdentity> devices)
      throws Exception {
    List<UUID> ids = devices.stream().map(DeviceIdentity::device).toList();
    Histogram withdrawn = new Withdrawals(bench, bed).run(size.withdrawals(), ids.reversed());
    Revocations.Measured closed = new Revocations(bench, bed).run(devices, size.revocations());
    report(bench, closed, withdrawn);
  }

  /** Reports what revocations took, and withdrawals if there were any, beside bare Kafka. */
  static void report(Bench bench, Revocations.Measured closed, Histogram... withdrawn)
      throws Exception {
    Histogram kafka = new KafkaRoundTrip(bench.platform()).measure(bench.quick() ? 50 : 500);
    for (double percentile : new double[] {50, 99}) {
      report(bench, "revocation, commit to closed socket", closed.fromCommit(), kafka, percentile);
      report(bench, "revocation, asked to closed socket", closed.fromRequest(), kafka, percentile);
      for (Histogram each : withdrawn) {
        report(bench, "gateway withdrawal, commit to refused", each, kafka, percentile);
      }
    }
  }

  private static void report(
      Bench bench, String what, Histogram measured, Histogram baseline, double percentile)
      throws Exception {
    bench.report(
        new Figure(
            "%s, p%.0f".formatted(what, percentile),
            measured.getValueAtPercentile(percentile) / MICROS_IN_A_MILLI,
            "ms",
            KAFKA,
            baseline.getValueAtPercentile(percentile) / MICROS_IN_A_MILLI));
  }

  private static String latencies(String what, ClosedLoop.Result result) {
    return String.format(
        Locale.ROOT,
        "%s took %.1f ms (p50), %.1f ms (p99), %d of them in %.1f s",
        what,
        result.micros().getValueAtPercentile(50) / MICROS_IN_A_MILLI,
        result.micros().getValueAtPercentile(99) / MICROS_IN_A_MILLI,
        result.answers(),
        result.seconds());
  }

  /** Figures of a machine that others use say little: so say what it was like. */
  static void load(Bench bench, String when) {
    var machine = ManagementFactory.getOperatingSystemMXBean();
    bench.say(
        String.format(
            Locale.ROOT,
            "load average %s: %.1f on %d cores",
            when,
            machine.getSystemLoadAverage(),
            machine.getAvailableProcessors()));
  }
}
