package io.pulsewarden.audit.fhir;

import io.pulsewarden.audit.search.EntryRow;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What is searched for; empty where it does not matter.
 *
 * @param actions numbers of the log's actions, any of which will do
 * @param entity its type is empty where that does not matter
 */
record EventQuery(
    Optional<UUID> patient,
    Optional<String> agent,
    Optional<EntryRow.EntityKey> entity,
    DateParameter.Span date,
    Optional<Set<Integer>> actions,
    Optional<AuditOutcome> outcome,
    int count) {

  static final int DEFAULT_COUNT = 100;
  static final int MAX_COUNT = 1000;

  /** Whether anything could be found. */
  boolean isPossible() {
    return date.from() <= date.until() && actions.map(some -> !some.isEmpty()).orElse(true);
  }

  /** The actions as a column. */
  Optional<Integer[]> actionNumbers() {
    return actions.map(List::copyOf).map(numbers -> numbers.toArray(Integer[]::new));
  }
}
