package io.pulsewarden.logverifier;

/** The log is not what it says it is. */
public final class BadLogException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Where no single entry can be named. */
  public static final long NO_INDEX = -1;

  private final long index;

  public BadLogException(String message) {
    this(NO_INDEX, message);
  }

  public BadLogException(long index, String message) {
    super(message);
    this.index = index;
  }

  /** The first index where something is wrong, or {@link #NO_INDEX}. */
  public long index() {
    return index;
  }
}
