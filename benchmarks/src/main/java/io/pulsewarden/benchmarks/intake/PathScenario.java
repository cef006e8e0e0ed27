package io.pulsewarden.benchmarks.intake;

import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.benchmarks.Scenario;
import io.pulsewarden.benchmarks.read.ServiceProcess;

/** Processor time from a message's payload to the record for Kafka, and encryption's share. */
public final class PathScenario implements Scenario {

  @Override
  public String name() {
    return "intake-path";
  }

  @Override
  public String summary() {
    return "processor time from payload to sealed record, beside the same without encryption";
  }

  @Override
  public void run(Bench bench) throws Exception {
    ServiceProcess.run(bench, PathProcess.class, "path");
  }
}
