package io.pulsewarden.benchmarks.enrol;

import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.benchmarks.OpenSslSpeed;
import io.pulsewarden.benchmarks.Scenario;
import io.pulsewarden.simulator.identity.DeviceIdentity;
import java.util.List;

/** The first half of {@link EnrolScenario} alone, warm and in a few minutes, for a closer look. */
public final class IssueScenario implements Scenario {

  private static final EnrolScenario.Size FULL =
      new EnrolScenario.Size(600, 1_000, 20_000, 3_000, 0, 0);
  private static final EnrolScenario.Size QUICK = new EnrolScenario.Size(40, 60, 1_000, 200, 0, 0);

  @Override
  public String name() {
    return "issue";
  }

  @Override
  public String summary() {
    return "enrolments and OCSP answers alone, warm, and who takes the processors meanwhile";
  }

  @Override
  public void run(Bench bench) throws Exception {
    try (EnrolBed bed = new EnrolBed(bench)) {
      EnrolScenario.load(bench, "before");
      double signs = OpenSslSpeed.of("ecdsap256", bench.quick() ? 1 : 3).signs();
      List<DeviceIdentity> _ = EnrolScenario.issue(bench, bed, bench.quick() ? QUICK : FULL, signs);
      EnrolScenario.load(bench, "after");
    }
  }
}
