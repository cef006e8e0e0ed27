package io.pulsewarden.benchmarks.read;

import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.benchmarks.Scenario;

/** Reading sealed blocks: a day of one code, and a page of Observations. */
public final class ReadScenario implements Scenario {

  @Override
  public String name() {
    return "read";
  }

  @Override
  public String summary() {
    return "24 h of one code, a page of 100 of a million; against a bare SELECT of the same blocks";
  }

  @Override
  public void run(Bench bench) throws Exception {
    ServiceProcess.run(bench, "read");
  }
}
