package io.pulsewarden.logverifier;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

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
 * @param pruned which entries were not there, and did not have to be; empty if all were
 */
public record Report(
    String origin,
    long size,
    int chains,
    long openChains,
    long unsigned,
    long unchained,
    List<Problem> findings,
    List<Problem> problems,
    Optional<Pruned> pruned) {

  /**
   * Entries that the log's keeper need not show any more, by its signed statement.
   *
   * @param minimum entries below this index
   * @param before all of them were covered by a checkpoint before this time
   * @param missing how many were not there
   * @param unverifiable heads that were signed with a certificate which only missing entries showed
   * @param doubtful chains that begin in their middle so long after what is missing that they were
   *     silent, or that their beginning was dropped: for people to look into
   */
  public record Pruned(
      long minimum, Instant before, long missing, long unverifiable, List<Problem> doubtful) {

    public Pruned {
      doubtful = List.copyOf(doubtful);
    }
  }

  public Report {
    findings = List.copyOf(findings);
    problems = List.copyOf(problems);
  }

  /** Whether nothing is wrong. */
  public boolean good() {
    return problems.isEmpty();
  }
}
