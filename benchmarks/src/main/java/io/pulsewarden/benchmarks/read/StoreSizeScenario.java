package io.pulsewarden.benchmarks.read;

import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.benchmarks.Scenario;

/** Bytes at rest of vitals of five codes once a second, plain and compacted. */
public final class StoreSizeScenario implements Scenario {

  @Override
  public String name() {
    return "store-size";
  }

  @Override
  public String summary() {
    return "bytes a sample at rest of five codes at 1 Hz, compacted; against plain blocks";
  }

  @Override
  public void run(Bench bench) throws Exception {
    ServiceProcess.run(bench, "size");
  }
}
