package io.pulsewarden.logverifier;

import java.util.List;

/**
 * What a verification found.
 *
 * @param origin the log's name
 * @param size entries that were hashed and compared
 * @param chains of producers
 * @param openChains that do not end with a closed record: they go on, or ended by a crash
 * @param unsigned newest records that no producer's head covers yet
 * @param unchained entries that are no records of a chain
 * @param findings what the log says is wrong with itself: for people to look into, as a crash
 *     leaves some too
 * @param problems in the log's order; empty if all is well
 */
public record Report(
    String origin,
    long size,
    int chains,
    long openChains,
    long unsigned,
    long unchained,
    List<Problem> findings,
    List<Problem> problems) {

  public Report {
    findings = List.copyOf(findings);
    problems = List.copyOf(problems);
  }

  /** Whether nothing is wrong. */
  public boolean good() {
    return problems.isEmpty();
  }
}
