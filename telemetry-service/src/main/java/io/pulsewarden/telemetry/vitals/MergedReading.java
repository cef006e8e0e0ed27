package io.pulsewarden.telemetry.vitals;

/**
 * A reading as it is to be shown, once.
 *
 * @param ordinal 0 for the value that came first, 1 for the next different value of the same key
 * @param withdrawn every copy of it was entered in error: it is another's, or nobody's
 * @param lastChange the latest of its copies'
 */
public record MergedReading(
    SourcedReading reading, int ordinal, boolean withdrawn, Change lastChange) {

  /** One of which it does not matter when it changed. */
  public MergedReading(SourcedReading reading, int ordinal, boolean withdrawn) {
    this(reading, ordinal, withdrawn, Change.NONE);
  }

  /** One that stands. */
  public MergedReading(SourcedReading reading, int ordinal) {
    this(reading, ordinal, false);
  }

  public MergedReading {
    if (ordinal < 0) {
      throw new IllegalArgumentException("ordinal below 0");
    }
  }

  /** Whether another value of the same moment came before. */
  public boolean amends() {
    return ordinal > 0;
  }
}
