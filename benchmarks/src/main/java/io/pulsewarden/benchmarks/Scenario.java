package io.pulsewarden.benchmarks;

/** Something that is measured: {@code ./pulsewarden bench NAME}. */
public interface Scenario {

  /** The word on the command line. */
  String name();

  /** What it measures and against which baseline; one line. */
  String summary();

  /**
   * Measures, and reports each figure with its baseline of the same run.
   *
   * @throws Exception when the measurement could not be made; what was reported before stays
   */
  void run(Bench bench) throws Exception;
}
