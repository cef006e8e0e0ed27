package io.pulsewarden.telemetry.gap;

import io.pulsewarden.telemetry.devicefeed.Assignment;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that have not come.
 *
 * @param run how often the numbering had begun anew before
 * @param last {@link #UNKNOWN}: the numbering began anew after the number before {@code first}, and
 *     nobody knows how many there were
 * @param fromMillis when the last reading before them was measured
 * @param untilMillis when the first reading after them was
 * @param patientBefore whose the message before was; null for nobody's
 * @param foundAt by the database's clock; null before it has it
 */
public record Gap(
    int run,
    long first,
    long last,
    long fromMillis,
    long untilMillis,
    @Nullable UUID patientBefore,
    @Nullable UUID patientAfter,
    @Nullable OffsetDateTime foundAt) {

  /** No number is so high. */
  public static final long UNKNOWN = Long.MAX_VALUE;

  public Gap {
    if (first < 0 || last < first) {
      throw new IllegalArgumentException("not a range of numbers");
    }
    // Who sends the newest first has the later readings before the gap.
    long earlier = Math.min(fromMillis, untilMillis);
    untilMillis = Math.max(fromMillis, untilMillis);
    fromMillis = earlier;
  }

  /** Whether it stands for the beginning of a new numbering. */
  public boolean isRestart() {
    return last == UNKNOWN;
  }

  boolean contains(long sequence) {
    return first <= sequence && sequence <= last;
  }

  /**
   * What of it lies in the times of these assignments: from the first that it touches to the last.
   * Empty if it touches none.
   */
  Optional<Gap> within(List<Assignment> worn) {
    List<Assignment> touched =
        worn.stream()
            .filter(each -> each.fromMillis() <= untilMillis && each.untilMillis() > fromMillis)
            .toList();
    if (touched.isEmpty()) {
      return Optional.empty();
    }
    long first = touched.stream().mapToLong(Assignment::fromMillis).min().orElseThrow();
    long last = touched.stream().mapToLong(Assignment::untilMillis).max().orElseThrow();
    return Optional.of(between(Math.max(fromMillis, first), Math.min(untilMillis, last)));
  }

  /**
   * What of it is known by readings of these patients, or of nobody: a side that is somebody else's
   * is cut off. Empty if neither side is one of theirs.
   */
  Optional<Gap> beside(Set<UUID> patients) {
    boolean before = patientBefore != null && patients.contains(patientBefore);
    boolean after = patientAfter != null && patients.contains(patientAfter);
    if (!before && !after) {
      return Optional.empty();
    }
    return Optional.of(
        between(
            before || patientBefore == null ? fromMillis : untilMillis,
            after || patientAfter == null ? untilMillis : fromMillis));
  }

  private Gap between(long from, long until) {
    return new Gap(run, first, last, from, until, patientBefore, patientAfter, foundAt);
  }
}
