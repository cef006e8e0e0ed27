package io.pulsewarden.benchmarks.enrol;

import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.benchmarks.Scenario;

/**
 * How long a revoked device stays connected: devices enrolled at the real registry hold live mTLS
 * sessions at the real MQTT endpoint, and one after the other is revoked. The clock starts when the
 * revocation is asked for, so that the registry's own work and its commit are in the figure, and
 * stops when the device reads the end of its socket. Beside it stands what a message takes through
 * the same Kafka and nothing else.
 */
public final class RevokeToClosed implements Scenario {

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
    new RevocationRun(bench).run();
  }
}
