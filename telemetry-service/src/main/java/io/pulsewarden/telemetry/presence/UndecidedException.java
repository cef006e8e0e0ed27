package io.pulsewarden.telemetry.presence;

/**
 * Whether there is a session to go on with can't be told yet: the instance that had it is silent,
 * and this one has not reached the database for long enough to say that it is not the database that
 * was away.
 */
final class UndecidedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** No fault of anybody, so without a stack. */
  UndecidedException() {
    super("it is not known yet whether the session's instance lives", null, false, false);
  }
}
