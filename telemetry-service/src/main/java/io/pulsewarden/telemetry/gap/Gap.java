package io.pulsewarden.telemetry.gap;

import java.time.OffsetDateTime;
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

  /** Whether the patient's readings are on one of its sides. */
  public boolean isBeside(UUID patient) {
    return patient.equals(patientBefore) || patient.equals(patientAfter);
  }
}
