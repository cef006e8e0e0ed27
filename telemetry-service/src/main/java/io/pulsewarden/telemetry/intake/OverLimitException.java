package io.pulsewarden.telemetry.intake;

/** Nothing of a message was kept: it would have been more than there is room for. */
public final class OverLimitException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Which limit it was. */
  public enum Limit {
    /** Too much goes to quarantine at once. */
    QUARANTINE_RATE,
    /** Too much stands in quarantine that nobody has decided about. */
    QUARANTINE_HELD,
    /** What the message becomes, until Kafka has it, is more than the memory for that. */
    MEMORY
  }

  private final Limit limit;

  public OverLimitException(Limit limit) {
    super(limit.name());
    this.limit = limit;
  }

  public Limit limit() {
    return limit;
  }
}
