package io.pulsewarden.registry.feed;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * When to look for issuing CAs that were announced and are not here: at once, and then ever more
 * seldom. One that expired, or another authority's, is never found. Thread-safe.
 */
final class IssuerSearch {

  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private Set<String> missing = Set.of();
  private Instant due = Instant.EPOCH;
  private Duration pause = SHORTEST;

  /** What to do now. */
  enum Step {
    REST,
    LOOK,
    /** And say, once, that it has not been found for minutes. */
    LOOK_AND_WARN
  }

  /** To be asked again and again. */
  synchronized Step next(Set<String> nowMissing, Instant now) {
    if (!nowMissing.equals(missing)) {
      missing = Set.copyOf(nowMissing);
      pause = SHORTEST;
      due = now;
    }
    if (missing.isEmpty() || now.isBefore(due)) {
      return Step.REST;
    }
    Duration longer = pause.multipliedBy(2);
    boolean last = pause.compareTo(LONGEST) < 0 && longer.compareTo(LONGEST) >= 0;
    due = now.plus(pause);
    pause = longer.compareTo(LONGEST) < 0 ? longer : LONGEST;
    return last ? Step.LOOK_AND_WARN : Step.LOOK;
  }
}
