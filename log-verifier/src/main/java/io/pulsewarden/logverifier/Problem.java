package io.pulsewarden.logverifier;

/**
 * Something that is not as it must be.
 *
 * @param index of the entry that shows it, or {@link BadLogException#NO_INDEX}
 */
public record Problem(long index, String message) {

  @Override
  public String toString() {
    return index == BadLogException.NO_INDEX ? message : "entry " + index + ": " + message;
  }
}
