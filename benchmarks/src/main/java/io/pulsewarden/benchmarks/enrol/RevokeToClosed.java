package io.pulsewarden.benchmarks.enrol;

import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.benchmarks.Scenario;
import io.pulsewarden.benchmarks.enrol.EnrolBed.Claimed;
import java.util.List;

/**
 * How long a revoked device stays connected, alone, for a closer look than {@link EnrolScenario}
 * takes: devices enrolled at the real registry hold live mTLS sessions at the real MQTT endpoint,
 * and one after the other is revoked. Beside it stands what a message takes through the same Kafka
 * and nothing else.
 */
public final class RevokeToClosed implements Scenario {

  private static final int SESSIONS = 2_000;
  private static final int REVOCATIONS = 500;

  @Override
  public String name() {
    return "revoke";
  }

  @Override
  public String summary() {
    return "revocation to closed socket with 2,000 live sessions, beside a message through Kafka";
  }

  @Override
  public void run(Bench bench) throws Exception {
    int sessions = bench.quick() ? 50 : SESSIONS;
    try (EnrolBed bed = new EnrolBed(bench)) {
      bench.say("enrolling " + sessions + " devices");
      List<Claimed> claimed = EnrolBed.inParallel(sessions, _ -> bed.claimed("sensor"));
      Enrolments enrolments = new Enrolments(bed, claimed);
      enrolments.run(0, sessions);
      EnrolScenario.report(
          bench,
          new Revocations(bench, bed)
              .run(enrolments.identities(0, sessions), bench.quick() ? 20 : REVOCATIONS));
    }
  }
}
